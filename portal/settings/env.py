"""Strict readers of the environment: a missing or odd value stops the start with a sentence."""

import os
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

MISSING = object()


def text(name: str, default: object = MISSING) -> str:
    """The variable as it is. Raises ImproperlyConfigured when it is missing and has no default."""
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is MISSING:
        raise ImproperlyConfigured(
            f"{name} is not set. Set it in the environment; .env.example explains each variable."
        )
    return str(default)


def flag(name: str, *, default: bool) -> bool:
    """True or False; only the words true and false are taken."""
    value = os.environ.get(name, "").strip().lower()
    if value not in {"", "true", "false"}:
        raise ImproperlyConfigured(f"{name} must be true or false.")
    return default if value == "" else value == "true"


def number(name: str, *, default: int, least: int, most: int) -> int:
    """A whole number between least and most, both allowed."""
    value = os.environ.get(name, "").strip() or str(default)
    if not value.lstrip("-").isdigit() or not least <= int(value) <= most:
        raise ImproperlyConfigured(f"{name} must be a whole number from {least} to {most}.")
    return int(value)


def choice(name: str, *, default: str, allowed: tuple[str, ...]) -> str:
    """One of the allowed words."""
    value = os.environ.get(name, "").strip() or default
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} must be one of: {', '.join(allowed)}.")
    return value


def names(name: str, default: str = "") -> list[str]:
    """A list written with commas; empty parts are dropped."""
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def secret(name: str, *, least: int = 50) -> str:
    """A secret of at least `least` characters; it has no default, so production cannot start with a known one."""
    value = text(name)
    if len(value) < least or value.startswith("django-insecure"):
        raise ImproperlyConfigured(f"{name} must be a random text of at least {least} characters.")
    return value


def base_url(name: str, default: object = MISSING) -> str:
    """The site's own address, such as https://portal.example.org, without a slash at its end."""
    value = text(name, default).rstrip("/")
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query:
        raise ImproperlyConfigured(f"{name} must be an address such as https://portal.example.org, with no path.")
    return value


def database(name: str, *, embedded: Path) -> dict[str, object]:
    """Django's settings for one database: PostgreSQL from an address, or the embedded SQLite file."""
    value = os.environ.get(name, "").strip()
    if not value:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": embedded,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
            },
        }
    parts = _split(name, value)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise ImproperlyConfigured(
            f"{name} must look like postgresql://user:password@host:5432/name, or be empty for SQLite."
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or 5432),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def email(name: str) -> dict[str, object]:
    """The mail server's settings from smtp://user:password@host:port or smtps://…; ?tls=true starts TLS."""
    value = text(name)
    parts = _split(name, value)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or parts.query not in {"", "tls=true", "tls=false"}:
        raise ImproperlyConfigured(
            f"{name} must look like smtp://user:password@host:587?tls=true or smtps://user:password@host:465."
        )
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 25),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.query == "tls=true",
    }


def _split(name: str, value: str) -> SplitResult:
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018  reading it is what checks it
    except ValueError as odd:
        raise ImproperlyConfigured(f"{name} is not an address that can be read: its port or host is odd.") from odd
    return parts
