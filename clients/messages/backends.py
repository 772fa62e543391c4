"""Sending through a provider's interface in place of SMTP, with django-anymail, an optional package.

Each back-end says what went wrong in the post office's own words. EMAIL_URL chooses it (portal/settings/providers.py).
"""

import smtplib
from collections.abc import Sequence
from typing import Any

import requests
from anymail.backends import mailgun, postmark, resend
from anymail.exceptions import AnymailError, AnymailRecipientsRefused, AnymailRequestsAPIError
from django.core.mail import EmailMessage
from urllib3.exceptions import NewConnectionError

from clients.messages.mime import Email
from clients.messages.transport import Bounced, PutOff, ServerDown, Unsure

REFUSED, BROKEN = 550, 554
ABOUT_US = {401, 403, 404, 407, 408, 429}  # a wrong key, a domain that is not ours, too much at once: all have to wait
SERVER_FAULT = 500
CONFLICT = 409


class _InOurWords:
    """Sends as anymail does. Raises ServerDown, PutOff, Bounced or Unsure for an email of the post office.

    For any other, such as a new password's, it fails as Django's own SMTP back-end does.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """How many it took."""
        try:
            return int(super().send_messages(email_messages) or 0)  # type: ignore[misc]
        except AnymailError as no:
            if taken_before(no):
                return len(email_messages)
            verdict = verdict_on(no)
            from_us = all(isinstance(email, Email) for email in email_messages)
            raise (verdict if from_us else as_smtp_says(verdict)) from no


class MailgunBackend(_InOurWords, mailgun.EmailBackend):  # type: ignore[misc]
    """Mailgun keeps our Message-ID, and reports under it."""


class PostmarkBackend(_InOurWords, postmark.EmailBackend):  # type: ignore[misc]
    """Postmark has no idempotency key."""


class ResendBackend(_InOurWords, resend.EmailBackend):  # type: ignore[misc]
    """Resend takes one key once within a day: our Message-ID, which a message keeps however often it is tried."""

    def build_message_payload(self, message: EmailMessage, defaults: dict[str, Any]) -> Any:
        """The call, with the key."""
        payload = super().build_message_payload(message, defaults)
        if key := message.extra_headers.get("Message-ID"):
            payload.headers["Idempotency-Key"] = key.strip("<>")
        return payload


def taken_before(no: AnymailError) -> bool:
    """Whether the provider has this key already, with other words: the links of a second try are new."""
    return bool(no.status_code == CONFLICT and "invalid_idempotent_request" in no.response.text)


def verdict_on(no: AnymailError) -> Exception:
    """What a refusal, or no answer at all, means for the message."""
    status = no.status_code
    if not isinstance(no, AnymailRequestsAPIError):
        return Bounced(REFUSED if isinstance(no, AnymailRecipientsRefused) else BROKEN)
    if status is None:
        return ServerDown() if _never_reached(no) else Unsure()
    if status in ABOUT_US or status >= SERVER_FAULT:
        return PutOff(closed=True)
    return PutOff(closed=False) if status == CONFLICT else Bounced(status)


def as_smtp_says(verdict: Exception) -> smtplib.SMTPException:
    """The same as smtplib's own exception."""
    if isinstance(verdict, Bounced):
        return smtplib.SMTPDataError(REFUSED, "The provider refused it for good.")
    return smtplib.SMTPServerDisconnected("The provider did not take it.")


def _never_reached(no: AnymailRequestsAPIError) -> bool:
    cause = no.__cause__
    if isinstance(cause, requests.ConnectTimeout):
        return True
    first = cause.args[0] if cause and cause.args else None
    return isinstance(getattr(first, "reason", None), NewConnectionError)
