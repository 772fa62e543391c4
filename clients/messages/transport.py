"""The way to the mail server, and what its answers mean for one message."""

import smtplib
from contextlib import suppress
from typing import Any

from django.core.mail import EmailMultiAlternatives, get_connection

TOO_BIG = 552
CLOSING = 421
FOR_GOOD = 500


class ServerDown(Exception):
    """The mail server cannot be reached; no message is to blame, and none was handed over."""


class PutOff(Exception):
    """The mail server asks to come back later with this message. `closed`: it takes nothing from us at all just now."""

    def __init__(self, *, closed: bool) -> None:
        super().__init__(closed)
        self.closed = closed


class Bounced(Exception):
    """The mail server will never take this message; `code` is its answer, such as 550."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Unsure(Exception):
    """The mail server went silent or hung up while it was sent: it may have taken the message, or not."""


def mail_server() -> Any:
    """A connection that is not open yet, with Django's own backend and EMAIL_TIMEOUT."""
    return get_connection()


def reach(connection: Any) -> None:
    """Open the connection unless it is open. Raises ServerDown."""
    try:
        connection.open()
    except OSError as down:  # smtplib's errors are OSErrors: refused, timed out, a bad certificate, a wrong password
        raise ServerDown from down


def send(connection: Any, email: EmailMultiAlternatives) -> None:
    """Hand one email over. Raises PutOff, Bounced or Unsure."""
    try:
        connection.send_messages([email])
    except smtplib.SMTPRecipientsRefused as refused:
        ((code, _said),) = refused.recipients.values()
        raise _verdict(code) from refused
    except smtplib.SMTPSenderRefused as refused:
        # Everything but "too big" is about us: not signed in, not allowed to send, too busy.
        raise (Bounced(TOO_BIG) if refused.smtp_code == TOO_BIG else PutOff(closed=True)) from refused
    except smtplib.SMTPResponseException as refused:
        raise _verdict(refused.smtp_code) from refused
    except OSError as lost:
        raise Unsure from lost


def hang_up(connection: Any) -> None:
    """Close the connection, whatever state it is in."""
    with suppress(OSError):
        connection.close()


def _verdict(code: int) -> Exception:
    return Bounced(code) if code >= FOR_GOOD else PutOff(closed=code == CLOSING)
