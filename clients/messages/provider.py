"""What django-anymail, an optional package, says of one mail provider: its reports in our words.

`MAIL_REPORTS` names the provider; its name here is that of anymail's module too.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest

from clients.messages.reports import ProviderReport
from clients.messages.terms import Report

REPORTS_USER = "reports"  # with MAIL_REPORTS_SECRET as its password, for providers that do not sign
VIEWS = {
    "mailgun": ("MailgunTrackingWebhookView", "webhook_signing_key", "{secret}"),
    "postmark": ("PostmarkTrackingWebhookView", "webhook_secret", f"{REPORTS_USER}:{{secret}}"),
    "resend": ("ResendTrackingWebhookView", "webhook_secret", f"{REPORTS_USER}:{{secret}}"),
}
# anymail's words for what happened, and why; "" stands for every other reason.
GONE = {"bounced", "invalid"}
MEANS: Mapping[str, Mapping[str, Report]] = {
    "delivered": {"": Report.DELIVERED},
    "deferred": {"": Report.DEFERRED},
    "bounced": {"": Report.SOFT_BOUNCE, **dict.fromkeys(GONE, Report.HARD_BOUNCE)},
    "rejected": {
        "": Report.SOFT_BOUNCE,
        **dict.fromkeys(GONE, Report.HARD_BOUNCE),
        "spam": Report.COMPLAINT,
        "unsubscribed": Report.UNSUBSCRIBED,
    },
    "complained": {"": Report.COMPLAINT},
    "unsubscribed": {"": Report.UNSUBSCRIBED, **dict.fromkeys(GONE, Report.HARD_BOUNCE), "spam": Report.COMPLAINT},
}
ODD = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)  # what anymail makes of a malformed body


class Forged(Exception):
    """This report does not come from the provider: its signature or its password is wrong."""


class Unreadable(Exception):
    """This is no report that the provider would send."""


def read_reports(request: HttpRequest, *, at: datetime) -> list[ProviderReport]:
    """The reports in a provider's call, verified. Raises Forged, Unreadable."""
    provider = settings.MAIL_REPORTS
    name, key, secret = VIEWS[provider]
    view = getattr(import_module(f"anymail.webhooks.{provider}"), name)(
        **{key: secret.format(secret=settings.MAIL_REPORTS_SECRET)}
    )
    try:
        view.run_validators(request)
    except (SuspiciousOperation, *ODD) as no:
        raise Forged from no
    try:
        events = view.parse_events(request)
        return [found for event in events if (found := _report(provider, event, at))]
    except ODD as odd:
        raise Unreadable from odd


def _report(provider: str, event: Any, at: datetime) -> ProviderReport | None:
    """What an event means for us; None for one that was opened, clicked, or is about nothing that we know."""
    means = MEANS.get(event.event_type, {})
    report = means.get(event.reject_reason or "", means.get(""))
    if report is None or not event.message_id:
        return None
    if _bounced_for_now(event):
        report = Report.SOFT_BOUNCE
    return ProviderReport(
        provider=provider,
        event_id=str(event.event_id or _name_of(event.esp_event))[:160],
        provider_id=str(event.message_id)[:120],
        report=report,
        address=str(event.recipient or ""),
        happened_at=event.timestamp or at,
    )


def _bounced_for_now(event: Any) -> bool:
    """Postmark's word for a full mailbox and the like, which anymail calls bounced as well."""
    return bool(event.esp_event.get("Type") == "SoftBounce")


def _name_of(event: Any) -> str:
    """A name for an event to which its provider gives none: the same report has the same."""
    return hashlib.sha256(json.dumps(event, sort_keys=True, default=str).encode()).hexdigest()
