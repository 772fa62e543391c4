"""The test suite: SQLite unless TEST_DATABASE_URL says PostgreSQL, fast passwords, mail kept in memory."""

import os
import tempfile
from urllib.parse import quote

from portal.settings import env

env.DEFAULTS["TEST_DATABASE_URL"] = "sqlite:///" + quote(str(env.folder("VAR_DIR") / "test.sqlite3"))

from portal.settings.dev import *

DEBUG = False
MIDDLEWARE = [one for one in MIDDLEWARE if not one.endswith("OwnNotFoundMiddleware")]
DEMO = EMBEDDED_BROKER = EMBEDDED_MAIL = False
DATABASES = {"default": env.database("TEST_DATABASE_URL")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file and not memory, as in life: writers in several threads wait for each other only there. One per process, so
    # that two runs at once do not meet.
    DATABASES["default"]["TEST"] = {"NAME": f"{tempfile.gettempdir()}/collagenda-tests-{os.getpid()}.sqlite3"}
CELERY_BROKER_URL = "memory://"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
