"""A developer's or newcomer's machine: everything has a default, nothing needs a server."""

import os

os.environ.setdefault("SECRET_KEY", "only-for-development-" + "x" * 40)
os.environ.setdefault("BASE_URL", "http://localhost:8000")
os.environ.setdefault("EMAIL_URL", "smtp://localhost:8025")
os.environ.setdefault("FROM_EMAIL", "portal@collagenda.localhost")
os.environ.setdefault("CELERY_BROKER_URL", "memory://")
os.environ.setdefault("TICK_SECONDS", "3")

from portal.settings.base import *

DEBUG = True
DEMO = True
ALLOWED_HOSTS = ["*"]
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 0
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
