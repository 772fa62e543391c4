"""Emails over one open SMTP connection, with a last word before each becomes the server's.

Where the server allows it (RFC 2920) the next email's envelope travels with the end of the one before, so that each
email takes one round trip.
"""

import select
import smtplib
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

FINE, GO_ON, CLOSING = 250, 354, 421
END = b".\r\n"
SHORT = 64 * 1024  # bytes: what a connection takes at once, so that its parts save no time
LONGEST_ANSWER = 8192  # bytes
TAKEN = {250, 251}  # 251: taken, and passed on to another address
STEPS = ("MAIL", "RCPT", "DATA")


class Refused(Exception):
    """The server said no at `step` (MAIL, RCPT or DATA); `code` and `said` are its answer."""

    def __init__(self, step: str, code: int, said: bytes) -> None:
        super().__init__(step, code)
        self.step, self.code, self.said = step, code, said


class Dropped(Exception):
    """The connection was lost before the end of the email was said: the server cannot have taken it."""


class Unsure(Exception):
    """The mail server went silent or hung up while it was sent: it may have taken the message, or not."""


class Envelope(NamedTuple):
    """From whom and to whom, each in <>, and how many bytes follow."""

    sender: str
    recipient: str
    length: int


class Talk:
    """What is said on one open connection."""

    def __init__(self, server: smtplib.SMTP) -> None:
        self.server = server
        self.said: Envelope | None = None  # ahead: the server waits for this email, and for nothing else
        self._pipelining, self._size = server.has_extn("pipelining"), server.has_extn("size")
        self._heard = b""  # what the server said and nobody has read yet

    def hand_over(
        self, envelope: Envelope, body: bytes, last_word: Callable[[], bool], then: Envelope | None = None
    ) -> bool:
        """Say from whom and to whom, ask `last_word`, then say the email; False when the last word was no.

        The last word is asked after the envelope was answered, which may take long. A long email is said before it, all
        but its final dot. `body` has lines that end in CRLF. `then` comes next for sure, unless something goes wrong.
        Raises Refused, Dropped, Unsure; a connection that cannot be used any more is closed.
        """
        rest = _stuffed(body) + END
        try:
            self._open(envelope)
            if len(rest) > SHORT:
                self.server.send(rest[: -len(END)])
                rest = END
            allowed = last_word()
            if not allowed or self._spoken_to():
                self.server.close()  # the only way to take back what was said
        except OSError as lost:
            self.server.close()
            raise Dropped from lost
        except BaseException as why:
            if not isinstance(why, Refused):
                self.server.close()
            raise
        if not allowed:
            return False
        if self.server.sock is None:
            raise Dropped
        self._say(rest, then if self._pipelining else None)
        return True

    def _say(self, rest: bytes, then: Envelope | None) -> None:
        try:
            self.server.send(rest + "".join(self._commands(then)).encode() if then else rest)
            self.said = then
            code, said = self._reply()
        except OSError as lost:
            self.server.close()
            raise Unsure from lost
        if code != FINE:
            _closed_if_closing(self.server, code)
            raise Refused("DATA", code, said)

    def _commands(self, envelope: Envelope) -> list[str]:
        size = f" SIZE={envelope.length}" if self._size else ""
        return [f"MAIL FROM:{envelope.sender}{size}\r\n", f"RCPT TO:{envelope.recipient}\r\n", "DATA\r\n"]

    def _open(self, envelope: Envelope) -> None:
        """From whom and to whom; in one breath where the server allows it, which saves two round trips of three."""
        commands = self._commands(envelope)
        if not self._was_said(envelope) and self._pipelining:
            self.server.send("".join(commands))
        no: Refused | None = None
        for step, command in zip(STEPS, commands, strict=True):
            if not self._pipelining:
                self.server.send(command)
            code, said = self._reply()
            if code not in ({GO_ON} if step == "DATA" else TAKEN):
                no = no or Refused(step, code, said)
                if not self._pipelining or code == CLOSING:
                    break
            elif no and step == "DATA":
                self.server.close()  # it waits for an email that nobody is to get
        if no:
            _ready_again(self.server, no.code)
            raise no

    def _reply(self) -> tuple[int, bytes]:
        """One answer of the server: its code, and what it says. Raises OSError.

        As smtplib reads it, which takes a good part of what a sending takes.
        """
        said = []
        while True:
            line = self._line()
            said.append(line[4:].strip())
            if line[3:4] != b"-":
                break
        if not line[:3].isdigit():
            raise smtplib.SMTPServerDisconnected("The server does not speak SMTP.")
        return int(line[:3]), b"\n".join(said)

    def _line(self) -> bytes:
        while b"\n" not in self._heard:
            more = self.server.sock.recv(LONGEST_ANSWER) if self.server.sock else b""
            if not more or len(self._heard) > LONGEST_ANSWER:
                raise smtplib.SMTPServerDisconnected("The server hung up.")
            self._heard += more
        line, _end, self._heard = self._heard.partition(b"\n")
        return line

    def _spoken_to(self) -> bool:
        """Whether the server said something, or hung up, before we had said all: it takes this email no more."""
        if self.server.sock is None or self._heard:
            return True
        poll = select.poll()
        poll.register(self.server.sock, select.POLLIN)
        return bool(poll.poll(0))

    def _was_said(self, envelope: Envelope) -> bool:
        ahead, self.said = self.said, None
        if ahead not in (None, envelope):
            raise smtplib.SMTPServerDisconnected("The server waits for another email.")
        return ahead is not None


def _ready_again(server: smtplib.SMTP, code: int) -> None:
    _closed_if_closing(server, code)
    if server.sock is not None:
        with suppress(OSError):
            server.rset()


def _closed_if_closing(server: smtplib.SMTP, code: int) -> None:
    if code == CLOSING:
        server.close()


def _stuffed(body: bytes) -> bytes:
    """A line that begins with a dot begins with two on the wire."""
    stuffed = body.replace(b"\r\n.", b"\r\n..")
    return b"." + stuffed if stuffed.startswith(b".") else stuffed
