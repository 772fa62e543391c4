"""The web server's way in."""

import os

from django.core.wsgi import get_wsgi_application

from portal.settings.start import settings_or_stop

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.base")
settings_or_stop(code=3)  # to gunicorn, 3 means: this will never start, do not try again
application = get_wsgi_application()
