"""The command lines of the programs that `manage.py run` starts, in the order of their start."""

import os
import sys

from django.conf import settings

from portal.runner import broker
from portal.settings.embedded import broker_socket

HERE = "127.0.0.1"


def environment() -> dict[str, str]:
    """Ours, and lines that come at once."""
    return os.environ | {"PYTHONUNBUFFERED": "1"}


def ports() -> dict[str, int]:
    """The ports that will be listened on, by the variable that sets each."""
    wanted = {"WEB_PORT": settings.WEB_PORT}
    if settings.EMBEDDED_MAIL:
        wanted |= {"MAIL_PORT": settings.MAIL_PORT, "MAIL_WEB_PORT": settings.MAIL_WEB_PORT}
    return wanted


def embedded_broker() -> list[str]:
    """The broker, after making its folders."""
    place, data = broker_socket(settings.VAR), settings.VAR / "broker"
    for folder in (place.parent, data):
        broker.private_folder(folder)
    return broker.command(place, data)


def mail_catcher() -> list[str]:
    """The mail catcher."""
    return [
        *(sys.executable, "-m", "portal.mailcatcher", "--host", HERE, "--folder", str(settings.VAR / "mail")),
        *("--mail-port", str(settings.MAIL_PORT), "--web-port", str(settings.MAIL_WEB_PORT)),
    ]


def web() -> list[str]:
    """Django's own server on a developer's machine, gunicorn otherwise; neither may log link tokens."""
    address = f"{HERE}:{settings.WEB_PORT}"
    if settings.DEBUG:
        return [sys.executable, "manage.py", "runserver", "--noreload", address]
    return [
        *(sys.executable, "-m", "gunicorn", "portal.wsgi", "--bind", address, "--no-control-socket"),
        *("--worker-class", "gthread", "--workers", "2", "--threads", "4", "--graceful-timeout", "10"),
    ]


def worker() -> list[str]:
    """One Celery worker, with beat inside."""
    beat = settings.VAR / "beat"
    beat.mkdir(parents=True, exist_ok=True)
    return [
        # In a container there is often only root; the warning would stand above everything else.
        *(sys.executable, "-W", "ignore:You're running the worker with superuser privileges"),
        *("-m", "celery", "--quiet", "--app", "portal.celery", "worker", "--beat"),
        *("--schedule", str(beat / "schedule"), "--pool", "threads", "--loglevel", "INFO"),
        # As many as send at once, and two for all that must not wait behind them.
        *("--concurrency", str(settings.MAIL_CONNECTIONS + 2), "--without-gossip", "--without-mingle"),
    ]
