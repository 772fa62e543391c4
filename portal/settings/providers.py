"""Mail providers that the portal sends through by their own interface, with django-anymail, an optional package."""

from importlib.util import find_spec
from urllib.parse import SplitResult, unquote

from django.core.exceptions import ImproperlyConfigured

NAMES = ("mailgun", "postmark", "resend")


def email(name: str, parts: SplitResult) -> dict[str, object]:
    """mailgun://key@domain (?region=eu for the servers in Europe), postmark://key@ or resend://key@."""
    provider, key = parts.scheme, unquote(parts.username or "")
    for_mailgun = provider == "mailgun"
    odd = parts.password is not None or parts.path.strip("/") or bool(parts.hostname) is not for_mailgun
    if not key or odd or parts.query not in ({"", "region=eu"} if for_mailgun else {""}):
        raise ImproperlyConfigured(
            f"{name} must look like mailgun://key@mg.example.org?region=eu, postmark://key@ or resend://key@."
        )
    needs_anymail(name, provider)
    said = {"POSTMARK_SERVER_TOKEN": key} if provider == "postmark" else {f"{provider.upper()}_API_KEY": key}
    if for_mailgun:
        said["MAILGUN_SENDER_DOMAIN"] = str(parts.hostname)
        if parts.query:
            said["MAILGUN_API_URL"] = "https://api.eu.mailgun.net/v3"
    backend = f"clients.messages.backends.{provider.capitalize()}Backend"
    return {"EMAIL_BACKEND": backend, "ANYMAIL": said | {"REQUESTS_TIMEOUT": 10}}


def needs_anymail(name: str, provider: str) -> None:
    """Raises ImproperlyConfigured when the optional package is not there."""
    if find_spec("anymail") is None:
        raise ImproperlyConfigured(
            f"{name} names {provider}, which needs more packages: install requirements-provider.lock too."
        )
