"""The Celery application: the database is the record, the broker only wakes workers."""

import os

from celery import Celery

from portal.settings.start import settings_or_stop

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.base")
settings_or_stop()

app = Celery("collagenda")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
