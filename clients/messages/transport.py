"""The way to the mail server, and what its answers mean for one message."""

import re
import smtplib
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.smtp import EmailBackend

from clients.messages import smtp
from clients.messages.mime import Outgoing
from clients.messages.smtp import Envelope, Talk, Unsure

__all__ = ["Bounced", "Line", "PutOff", "ServerDown", "Unsure", "hang_up", "is_gone", "mail_server", "reach", "send"]

TOO_BIG = 552
FOR_GOOD = 500
WHICH_SERVER = (
    *("EMAIL_BACKEND", "EMAIL_HOST", "EMAIL_PORT", "EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD"),
    *("EMAIL_USE_TLS", "EMAIL_USE_SSL", "EMAIL_TIMEOUT"),
)
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


IDLE_SECONDS = 5  # a connection that was idle for longer is asked whether it still lives
KEPT = threading.local()


def _yes() -> bool:
    return True


class Line:
    """The way to the mail server of one thread, kept open from drain to drain and renewed now and then."""

    def __init__(self, settled: tuple[object, ...]) -> None:
        self.settled, self.backend = settled, get_connection()
        self.used, self.opened_at, self.spoken_at, self._open = 0, 0.0, 0.0, False
        self.talk: Talk | None = None  # what is said on the open SMTP connection
        self.at_once = 0  # how many emails were prepared at once for it: what a next drain begins with

    @property
    def server(self) -> smtplib.SMTP | None:
        """The open SMTP connection; None before, and always with another of Django's backends."""
        found = getattr(self.backend, "connection", None)
        return found if isinstance(found, smtplib.SMTP) and found.sock is not None else None

    @property
    def is_open(self) -> bool:
        """Whether it can be spoken on without a new connection."""
        return self.server is not None if isinstance(self.backend, EmailBackend) else self._open

    def open(self) -> None:
        """A new connection. Raises OSError."""
        self.backend.open()
        if self.server is not None and self.server.sock is not None:
            # The end of an email is said apart from its body: without this it waits for the ACK of the body, 40 ms.
            self.server.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.server.ehlo_or_helo_if_needed()
            self.talk = Talk(self.server)
        self.used, self._open = 0, True
        self.opened_at = self.spoken_at = time.monotonic()

    def spoken(self) -> None:
        """One more email was handed over."""
        self.used += 1
        self.spoken_at = time.monotonic()

    def still_good(self) -> bool:
        """Whether it is neither worn out nor dead."""
        now = time.monotonic()
        if self.used >= settings.MAIL_RENEW_AFTER or now - self.opened_at >= settings.MAIL_RENEW_SECONDS:
            return False
        if self.server is None or now - self.spoken_at < IDLE_SECONDS:
            return True
        if self.talk and self.talk.said:
            return False  # it waits for an email: anything else would be taken for that
        try:
            return self.server.noop()[0] == smtp.FINE
        except OSError:
            return False


def mail_server() -> Line:
    """This thread's line, open from before or not open yet, with Django's own backend and EMAIL_TIMEOUT."""
    settled = tuple(getattr(settings, name) for name in WHICH_SERVER)
    line: Line | None = getattr(KEPT, "line", None)
    if line is None or line.settled != settled:
        if line is not None:
            hang_up(line)
        line = KEPT.line = Line(settled)
    return line


def reach(line: Line) -> None:
    """Open the line unless it is open and good. Raises ServerDown."""
    if line.is_open and line.still_good():
        return
    hang_up(line)
    try:
        line.open()
    except OSError as down:  # smtplib's errors are OSErrors: refused, timed out, a bad certificate, a wrong password
        hang_up(line)
        raise ServerDown from down


def send(line: Line, email: Outgoing, last_word: Callable[[], bool] = _yes, *, then: Outgoing | None = None) -> bool:
    """Hand one email over; False when `last_word`, asked just before it becomes the server's, said no.

    `then` is the email that comes next on this line, unless something goes wrong: it can be announced with the end of
    this one. Raises ServerDown, PutOff, Bounced or Unsure.
    """
    try:
        if isinstance(line.backend, EmailBackend):
            return _over_smtp(line, email, last_word, then)
        return _by_backend(line, email, last_word)
    finally:
        line.spoken()


def _over_smtp(line: Line, email: Outgoing, last_word: Callable[[], bool], then: Outgoing | None) -> bool:
    """A connection that was used before may have been closed since, or be full: then a new one is tried, once."""
    once_more = line.used > 0
    last = line.used + 1 >= settings.MAIL_RENEW_AFTER
    following = None if then is None or last else _envelope_of(then)
    while True:
        reach(line)
        if line.talk is None:
            raise ServerDown
        try:
            return line.talk.hand_over(_envelope_of(email), email.wire, last_word, following)
        except (smtp.Dropped, smtp.Refused) as no:
            lost = isinstance(no, smtp.Dropped) or no.code == smtp.CLOSING
            if not (lost and once_more):
                raise _verdict_on(no) from no
        once_more = False
        hang_up(line)


def _envelope_of(email: Outgoing) -> Envelope:
    return Envelope(*email.envelope, len(email.wire))


def _by_backend(line: Line, email: Outgoing, last_word: Callable[[], bool]) -> bool:
    if not last_word():
        return False
    try:
        line.backend.send_messages([email.for_django])
    except OSError as lost:
        raise Unsure from lost
    return True


def hang_up(line: Line) -> None:
    """Close the connection, whatever state it is in."""
    line._open = False
    if line.server is not None and line.talk and line.talk.said:
        line.server.close()  # it waits for an email: a farewell would be taken for that
    line.talk = None
    with suppress(OSError):
        line.backend.close()
    if isinstance(line.backend, EmailBackend):
        line.backend.connection = None


def is_gone(code: int, said: bytes) -> bool:
    """Whether a refused recipient does not exist; not when the server refuses us, our words, or a full mailbox.

    A server that lets us send to nobody answers so for every client: none of their addresses is to blame.
    """
    if status := STATUS.match(said):
        return status[1] in GONE
    return code in GONE_CODES and b"relay" not in said.lower()


def _verdict_on(no: smtp.Refused | smtp.Dropped) -> Exception:
    if isinstance(no, smtp.Dropped):
        return PutOff(closed=True)
    if no.step == "MAIL":
        # Everything but "too big" is about us: not signed in, not allowed to send, too busy.
        return Bounced(TOO_BIG) if no.code == TOO_BIG else PutOff(closed=True)
    if no.code >= FOR_GOOD:
        return Bounced(no.code, gone=no.step == "RCPT" and is_gone(no.code, no.said))
    return PutOff(closed=no.code == smtp.CLOSING)
