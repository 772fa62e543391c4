"""The Celery application: the database is the record, the broker only wakes workers."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.base")

app = Celery("collagenda")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
