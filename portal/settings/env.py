"""Strict readers of the environment: a missing or odd value stops the start with a sentence."""

import os
import re
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

from portal.settings import providers

ROOT = Path(__file__).resolve().parents[2]
SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|[0-9a-f:]+")  # a name, or an address such as ::1
MOST_DIGITS = 9
SIGNS_OF_CHANCE = 5  # fewer different characters than this and a secret is a repetition
# What dev.py and test.py offer in place of what is not set; production offers nothing.
DEFAULTS: dict[str, str] = {}


def given(name: str) -> bool:
    """Whether the environment itself says something, defaults aside."""
    return bool(os.environ.get(name, "").strip())


def _value(name: str, fallback: str = "") -> str:
    return os.environ.get(name, "").strip() or DEFAULTS.get(name, fallback)


def text(name: str) -> str:
    """The variable as it is. Raises ImproperlyConfigured when it is missing."""
    value = _value(name)
    if not value:
        raise ImproperlyConfigured(
            f"{name} is not set. Set it in the environment; .env.example explains each variable."
        )
    return value


def folder(name: str, *, default: Path = ROOT / "var") -> Path:
    """An absolute folder; the project's var/ when it is not set and nothing else is given."""
    return Path(_value(name, str(default))).absolute()


def made(name: str, place: Path) -> None:
    """Make the folder that a variable names, for nobody else to read. Raises ImproperlyConfigured."""
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as no:
        raise ImproperlyConfigured(f"{name} must be a folder that can be written to; {place} cannot be made.") from no


def address(name: str) -> str:
    """An email address."""
    value = text(name)
    try:
        validate_email(value)
    except ValidationError as odd:
        raise ImproperlyConfigured(f"{name} must be an email address such as portal@example.org.") from odd
    return value


def flag(name: str, *, default: bool) -> bool:
    """True or False; only the words true and false are taken."""
    value = _value(name).lower()
    if value not in {"", "true", "false"}:
        raise ImproperlyConfigured(f"{name} must be true or false.")
    return default if value == "" else value == "true"


def number(name: str, *, default: int, least: int, most: int) -> int:
    """A whole number between least and most, both allowed."""
    value = _value(name, str(default))
    digits = value.removeprefix("-")
    fine = digits.isascii() and digits.isdigit() and len(digits) <= MOST_DIGITS
    if not (fine and least <= int(value) <= most):
        raise ImproperlyConfigured(f"{name} must be a whole number from {least} to {most}.")
    return int(value)


def port(name: str, *, default: int) -> int:
    """A port that a program without special rights may listen on."""
    return number(name, default=default, least=1024, most=65535)


def choice(name: str, *, default: str, allowed: tuple[str, ...]) -> str:
    """One of the allowed words."""
    value = _value(name, default)
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} must be one of: {', '.join(allowed)}.")
    return value


def names(name: str) -> list[str]:
    """A list written with commas; empty parts are dropped."""
    return [part.strip() for part in _value(name).split(",") if part.strip()]


def limits(name: str) -> dict[str, int]:
    """Numbers by domain, such as gmail.com=60,gmx.de=30; domains in lower case."""
    found = {}
    for part in names(name):
        domain, _equals, value = (word.strip() for word in part.partition("="))
        fine = value.isascii() and value.isdigit() and len(value) <= MOST_DIGITS and int(value) > 0
        if not (fine and HOST.fullmatch(domain.lower())):
            raise ImproperlyConfigured(f"{name} must look like gmail.com=60,gmx.de=30: how many emails per minute.")
        found[domain.lower()] = int(value)
    return found


def hosts(name: str, *, always: str) -> list[str]:
    """Host names the site answers to: one always, and the listed ones. A lone * would take every name: refused."""
    further = names(name)
    if "*" in further:
        raise ImproperlyConfigured(f"{name} must list host names with commas between them; * is not allowed.")
    return [always, *further]


def secret(name: str, *, least: int = 50) -> str:
    """A secret of at least `least` characters; it has no default, so production cannot start with a known one."""
    value = text(name)
    if len(value) < least or len(set(value)) < SIGNS_OF_CHANCE or value.startswith("django-insecure"):
        raise ImproperlyConfigured(f"{name} must be a random text of at least {least} characters.")
    return value


def base_url(name: str) -> str:
    """The site's own address, such as https://portal.example.org, without a slash at its end."""
    value = text(name).rstrip("/")
    parts = _split(name, value)
    odd = parts.path or parts.query or parts.fragment or parts.username is not None
    if parts.scheme not in {"http", "https"} or not HOST.fullmatch(parts.hostname or "") or odd:
        raise ImproperlyConfigured(f"{name} must be an address such as https://portal.example.org, with no path.")
    return value


def broker(name: str) -> str:
    """The message broker's address: Redis, by the network or by a Unix socket."""
    value = text(name)
    parts = _split(name, value)
    fine = parts.path if parts.scheme == "redis+socket" else parts.hostname
    if parts.scheme not in {"redis", "rediss", "redis+socket"} or not fine:
        raise ImproperlyConfigured(
            f"{name} must look like redis://:password@host:6379/0, rediss://… (with TLS) or redis+socket:///path."
        )
    return value


def database(name: str) -> dict[str, object]:
    """Django's settings for one database: PostgreSQL, or a file of SQLite's, from an address."""
    parts = _split(name, text(name))
    if parts.scheme == "sqlite" and not parts.netloc and len(parts.path) > 1 and not parts.query:
        return _sqlite(Path(unquote(parts.path.removeprefix("/"))))
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise ImproperlyConfigured(
            f"{name} must look like postgresql://user:password@host:5432/name, or sqlite:////path/to/file."
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
        "OPTIONS": {"connect_timeout": 5, **_encryption(name, parts.query)},
    }


def _encryption(name: str, query: str) -> dict[str, str]:
    """What stands after the ? of a database's address; a word passed over could be encryption that is not there."""
    try:
        said = dict(parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query)))
    except ValueError:
        said = {"": query}
    known = said.keys() <= {"sslmode", "sslrootcert"} and all(said.values())
    if not known or said.get("sslmode", "prefer") not in SSL_MODES:
        raise ImproperlyConfigured(
            f"{name} may end in ?sslmode=… ({', '.join(SSL_MODES)}) and &sslrootcert=/path/to/file, in nothing else."
        )
    return said


def _sqlite(file: Path) -> dict[str, object]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": file,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
        },
    }


def email(name: str) -> dict[str, object]:
    """The mail server's settings from smtp://user:password@host:port or smtps://…; ?tls=true starts TLS.

    Or a provider's, as in providers.py.
    """
    parts = _split(name, text(name))
    if parts.scheme in providers.NAMES:
        return providers.email(name, parts)
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
        "EMAIL_USE_TLS": parts.query == "tls=true" and parts.scheme == "smtp",
    }


def another_email(name: str, *, than: str) -> dict[str, object] | None:
    """What another mail server is reached by, as Django's SMTP backend takes it; None when the variable is not set.

    Raises ImproperlyConfigured when it is the same server as the one that the other variable names.
    """
    if not given(name):
        return None
    said, other = email(name), email(than)
    if "EMAIL_HOST" not in said:
        raise ImproperlyConfigured(f"{name} must name a mail server: smtp://… or smtps://….")
    where = ("EMAIL_HOST", "EMAIL_PORT", "EMAIL_HOST_USER")
    if all(said[word] == other.get(word) for word in where):
        raise ImproperlyConfigured(f"{name} must name another mail server than {than}: it is for when that is silent.")
    return {
        "backend": "django.core.mail.backends.smtp.EmailBackend",
        "host": said["EMAIL_HOST"],
        "port": said["EMAIL_PORT"],
        "username": said["EMAIL_HOST_USER"],
        "password": said["EMAIL_HOST_PASSWORD"],
        "use_ssl": said["EMAIL_USE_SSL"],
        "use_tls": said["EMAIL_USE_TLS"],
    }


def page(name: str) -> str:
    """The address of a page on the web, such as https://example.org/ping/1; "" when it is not set."""
    value = _value(name)
    if not value:
        return ""
    parts = _split(name, value)
    odd = parts.username is not None or parts.fragment or not (value.isascii() and value.isprintable()) or " " in value
    if parts.scheme not in {"http", "https"} or not HOST.fullmatch(parts.hostname or "") or odd:
        raise ImproperlyConfigured(f"{name} must be an address such as https://example.org/ping/1, without a sign-in.")
    return value


def reports(name: str) -> str:
    """The provider who tells what became of each email, else "none"."""
    value = choice(name, default="none", allowed=("none", *providers.NAMES))
    if value != "none":
        providers.needs_anymail(name, value)
    return value


def _split(name: str, value: str) -> SplitResult:
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018  reading it is what checks it
    except ValueError as odd:
        raise ImproperlyConfigured(f"{name} is not an address that can be read: its port or host is odd.") from odd
    return parts
