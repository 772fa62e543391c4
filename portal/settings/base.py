"""Production's settings, and the ground for dev.py and test.py, which only loosen."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.urls import reverse_lazy

from portal.settings import env

ROOT = env.ROOT
VAR = env.folder("VAR_DIR")

DEBUG = False
SECRET_KEY = env.secret("SECRET_KEY")
BASE_URL = env.base_url("BASE_URL")
ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS", always=str(urlsplit(BASE_URL).hostname))
CSRF_TRUSTED_ORIGINS = [BASE_URL]
CSRF_FAILURE_VIEW = "portal.faults.not_our_form"

INSTALLED_APPS = [
    "portal",
    "clients",
    "treatments",
    "portal.adminsite.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "axes",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "portal.security.middleware.PrivatePagesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "portal.security.middleware.IdleSignOutMiddleware",
    # After who is signed in is known, and before anything that reads a body: the middleware above reads none.
    "portal.security.middleware.BodySizeMiddleware",
    "portal.practice.middleware.ClinicMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

DATABASES = {"default": env.database("DATABASE_URL")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Sign-in
AUTH_USER_MODEL = "portal.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "portal.practice.backends.PracticeBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "full_name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = reverse_lazy("admin:login")
LOGIN_REDIRECT_URL = reverse_lazy("admin:index")
PASSWORD_RESET_TIMEOUT = 60 * 60
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # they hold names: no cookie
IDLE_SIGN_OUT_SECONDS = env.number("IDLE_SIGN_OUT_SECONDS", default=15 * 60, least=60, most=12 * 60 * 60)
AXES_HANDLER = "portal.security.lockout.LockoutHandler"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
SIGN_IN_FAILURES_PER_ADDRESS = 50  # a whole clinic may share one address
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # so nobody can keep a colleague out for longer
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "portal.security.lockout.locked_out"
AXES_USERNAME_FORM_FIELD = "username"
AXES_USERNAME_CALLABLE = "portal.security.lockout.blurred_email"
AXES_CLIENT_IP_CALLABLE = "portal.security.lockout.client_address"
AXES_SENSITIVE_PARAMETERS = ["username", "email", "ip_address", "next"]
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# Doors
SECURE_SSL_REDIRECT = env.flag("SECURE_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_REFERRER_POLICY = "same-origin"  # not no-referrer: browsers then send "Origin: null", and no form gets in
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("BEHIND_PROXY", default=False) else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# Words and hours
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("fr", "Français"), ("es", "Español")]
LANGUAGE_COOKIE_NAME = "language"  # what a client chose on a page
LOCALE_PATHS = [ROOT / "locale"]  # what clients read; practitioners' pages are English
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = "portal.formats"
TIME_ZONE = "UTC"

# Files
STATIC_URL = "/static/"
STATIC_ROOT: Path | None = env.folder("STATIC_DIR", default=VAR / "static")
MEDIA_ROOT = VAR / "files"
# What each sender has sent, one small file for each: it must outlive a process that is killed, not more.
JOURNAL_DIR = env.folder("JOURNAL_DIR", default=VAR / "leaving")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o600, 0o700  # for the portal's own user alone
DATA_UPLOAD_MAX_MEMORY_SIZE = LARGEST_BODY = 1_000_000
LARGEST_BODY_WITH_FILES = 11 * 1024 * 1024  # a file of 10 MB and the form around it
LARGEST_BODY_WITH_PHOTOGRAPH = 26 * 1024 * 1024  # a photograph of 25 MB likewise
LARGEST_BODY_WITH_PHOTOGRAPHS = 61 * 1024 * 1024  # five of a phone's, which have seldom 12 MB each
PAGES_THAT_TAKE_SEVERAL = r"/follow-up/[\w-]{1,60}/(photographs/)?"  # nothing is read before the link opens
PAGES_THAT_TAKE_PHOTOGRAPHS = r"/admin/treatments/((photograph|lot)/add|session/\d+/complete)/"
PAGES_THAT_TAKE_FILES = r"/admin/(portal/certificate/(add|\d+/change)|treatments/screening/\d+/(accept|reassess))/"

# Mail and workers
globals().update(env.email("EMAIL_URL"))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.address("FROM_EMAIL")
# How many connections to the mail server are open at once, and after how many emails or seconds each is a new one.
MAIL_CONNECTIONS = env.number("MAIL_CONNECTIONS", default=4, least=1, most=64)
MAIL_RENEW_AFTER = env.number("MAIL_RENEW_AFTER", default=500, least=1, most=100_000)
MAIL_RENEW_SECONDS = env.number("MAIL_RENEW_SECONDS", default=300, least=5, most=3600)
# How many emails may leave in one minute, in all (0: as many as there are) and to single domains.
MAIL_PER_MINUTE = env.number("MAIL_PER_MINUTE", default=0, least=0, most=1_000_000)
MAIL_DOMAIN_PER_MINUTE = env.limits("MAIL_DOMAIN_PER_MINUTE")
MAIL_REPORTS = env.reports("MAIL_REPORTS")
MAIL_REPORTS_SECRET = "" if MAIL_REPORTS == "none" else env.secret("MAIL_REPORTS_SECRET", least=20)
# Something is due and nothing leaves for so long: owners are told by another mail server, and the dead-man address
# hears no more of us.
MAIL_SILENCE_MINUTES = env.number("MAIL_SILENCE_MINUTES", default=15, least=2, most=24 * 60)
ALARM_EMAIL = env.another_email("ALARM_EMAIL_URL", than="EMAIL_URL")
DEADMAN_URL = env.page("DEADMAN_URL")
CELERY_BROKER_URL = env.broker("CELERY_BROKER_URL")
TICK_SECONDS = env.number("TICK_SECONDS", default=15, least=1, most=300)
DEMO = False  # a clinic with a known sign-in; portal.security.checks refuses it without DEBUG

# `manage.py run`: which ports it listens on, and what it brings along when no address is given
WEB_PORT = env.port("WEB_PORT", default=8000)
MAIL_PORT = env.port("MAIL_PORT", default=8025)
MAIL_WEB_PORT = env.port("MAIL_WEB_PORT", default=8026)
EMBEDDED_BROKER = EMBEDDED_MAIL = False

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "portal.security.logs.TokenFreeFormatter",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},  # no error mail: it would carry request data
        # A line for every tick would bury the lines that say something.
        **{name: {"level": "WARNING"} for name in ("celery.beat", "celery.worker.strategy", "celery.app.trace")},
        "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},
    },
}
# A clinic's sending hours begin at nine unless it says otherwise. Django takes that default for a moment that was meant
# to be now, but only in the twenty seconds around nine o'clock.
SILENCED_SYSTEM_CHECKS = ["fields.W161"]

# The database keeps what is due; losing every task loses nothing, so tasks are acknowledged late and retried soon.
CELERY_WORKER_HIJACK_ROOT_LOGGER = False  # so that LOGGING holds for workers too
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_PROC_ALIVE_TIMEOUT = 30  # a new process asks the database first, which may be slow to answer
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 60,
    "unacked_restore_interval": 2,
    "unacked_restore_throttle": 1,
}
CELERY_BEAT_SCHEDULER = "portal.celery:SteadyBeat"
CELERY_BEAT_SCHEDULE = {
    "post-office-tick": {"task": "clients.messages.tick", "schedule": TICK_SECONDS, "options": {"expires": 60}},
    "silence": {"task": "clients.messages.watch", "schedule": 60, "options": {"expires": 60}},
    "password-resets": {
        "task": "portal.practice.send_password_resets",
        "schedule": TICK_SECONDS,
        "options": {"expires": 60},
    },
    "replies": {"task": "treatments.followups.look_after_replies", "schedule": 60, "options": {"expires": 60}},
    "sending-hours": {"task": "treatments.followups.lay_out_anew", "schedule": 60, "options": {"expires": 60}},
    "lock-outs": {"task": "portal.practice.note_lock_outs", "schedule": 60, "options": {"expires": 60}},
    "enrolled": {"task": "treatments.followups.find_enrolled", "schedule": crontab(minute="11")},
    "removed-photographs": {"task": "treatments.photos.delete_removed_files", "schedule": crontab(minute="23")},
    "tidy-up": {"task": "portal.practice.tidy_up", "schedule": crontab(hour="3", minute="17")},
    "audit-trails": {"task": "portal.audit.check_chains", "schedule": crontab(hour="3", minute="41")},
    "signed-records": {"task": "treatments.sessions.check_records", "schedule": crontab(hour="3", minute="53")},
}
