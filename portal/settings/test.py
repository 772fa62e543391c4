"""The test suite: fast password hashing, mail kept in memory, no manifest for static files."""

import os

os.environ.setdefault("TEST_DATABASE_URL", "")
os.environ["DATABASE_URL"] = os.environ["TEST_DATABASE_URL"]

from portal.settings.dev import *

DEBUG = False
DEMO = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
