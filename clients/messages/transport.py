"""The way to the mail server, and what its answers mean for one message."""

import re
import smtplib
from contextlib import suppress
from typing import Any

from django.core.mail import EmailMultiAlternatives, get_connection

TOO_BIG = 552
CLOSING = 421
FOR_GOOD = 500
STATUS = re.compile(rb"\s*(\d\.\d{1,3}\.\d{1,3})\b")  # RFC 3463, at the start of an answer
# No such mailbox or domain, an address that cannot be, moved, no mail taken at all; a mailbox that was closed.
GONE = {b"5.1.1", b"5.1.2", b"5.1.3", b"5.1.6", b"5.1.10", b"5.2.1"}
GONE_CODES = {550, 551, 553}  # for a server that says no more than that


class ServerDown(Exception):
    """The mail server cannot be reached; no message is to blame, and none was handed over."""


class PutOff(Exception):
    """The mail server asks to come back later with this message. `closed`: it takes nothing from us at all just now."""

    def __init__(self, *, closed: bool) -> None:
        super().__init__(closed)
        self.closed = closed


class Bounced(Exception):
    """The mail server will never take this message; `code` is its answer, such as 550.

    `gone`: there is no such address.
    """

    def __init__(self, code: int, *, gone: bool = False) -> None:
        super().__init__(code)
        self.code, self.gone = code, gone


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
        ((code, said),) = refused.recipients.values()
        raise _verdict(code, gone=is_gone(code, said)) from refused
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


def is_gone(code: int, said: bytes) -> bool:
    """Whether a refused recipient does not exist; not when the server refuses us, our words, or a full mailbox.

    A server that lets us send to nobody answers so for every client: none of their addresses is to blame.
    """
    if status := STATUS.match(said):
        return status[1] in GONE
    return code in GONE_CODES and b"relay" not in said.lower()


def _verdict(code: int, *, gone: bool = False) -> Exception:
    return Bounced(code, gone=gone) if code >= FOR_GOOD else PutOff(closed=code == CLOSING)
