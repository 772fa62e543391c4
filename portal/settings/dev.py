"""A developer's or newcomer's machine: everything has a default, nothing needs a server."""

from urllib.parse import quote

from portal.settings import embedded, env

env.DEFAULTS.update(
    SECRET_KEY="only-for-development-" + "x" * 40,
    BASE_URL=f"http://localhost:{env.port('WEB_PORT', default=8000)}",
    DATABASE_URL="sqlite:///" + quote(str(env.folder("VAR_DIR") / "collagenda.sqlite3")),
    EMAIL_URL=f"smtp://localhost:{env.port('MAIL_PORT', default=8025)}",
    FROM_EMAIL="portal@collagenda.localhost",
    CELERY_BROKER_URL=embedded.broker_url(env.folder("VAR_DIR")),
    TICK_SECONDS="3",
    MAIL_CONNECTIONS="2",
)

from portal.settings.base import *

env.made("VAR_DIR", VAR)
DEBUG = True
MIDDLEWARE = [*MIDDLEWARE, "portal.security.middleware.OwnNotFoundMiddleware"]
DEMO = not env.given("DATABASE_URL")  # a database that somebody named gets no known sign-in: see `run --demo`
DEMO_EMAIL = "maya@linden.example"
DEMO_PASSWORD = "needle-and-linden"  # noqa: S105  public on purpose; it exists only where DEBUG is on
EMBEDDED_BROKER = not env.given("CELERY_BROKER_URL")
EMBEDDED_MAIL = not env.given("EMAIL_URL")
ALLOWED_HOSTS = [*ALLOWED_HOSTS, "localhost", ".localhost", "127.0.0.1", "[::1]"]
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 0
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
STATIC_ROOT = None  # static files come straight from the source
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
