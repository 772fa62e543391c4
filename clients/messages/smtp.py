"""One email over one open SMTP connection, with a last word before it becomes the server's."""

import select
import smtplib
from collections.abc import Callable
from contextlib import suppress

FINE, GO_ON, CLOSING = 250, 354, 421
END = b".\r\n"
SHORT = 64 * 1024  # bytes: what a connection takes at once, so that its parts save no time
TAKEN = {250, 251}  # 251: taken, and passed on to another address


class Refused(Exception):
    """The server said no at `step` (MAIL, RCPT or DATA); `code` and `said` are its answer."""

    def __init__(self, step: str, code: int, said: bytes) -> None:
        super().__init__(step, code)
        self.step, self.code, self.said = step, code, said


class Dropped(Exception):
    """The connection was lost before the end of the email was said: the server cannot have taken it."""


class Unsure(Exception):
    """The mail server went silent or hung up while it was sent: it may have taken the message, or not."""


def hand_over(server: smtplib.SMTP, *, sender: str, recipient: str, body: bytes, last_word: Callable[[], bool]) -> bool:
    """Say from whom and to whom, ask `last_word`, then say the email; False when the last word was no.

    Whoever asks can so finish other work while the envelope travels. A long email is said before the last word, all but
    its final dot. `sender` and `recipient` stand in <>; `body` has lines that end in CRLF.
    Raises Refused, Dropped, Unsure; a connection that cannot be used any more is closed.
    """
    rest = _stuffed(body) + END
    try:
        _envelope(server, sender, recipient, len(body))
        if len(rest) > SHORT:
            server.send(rest[: -len(END)])
            rest = END
        allowed = last_word()
        if not allowed or _spoken_to(server):
            server.close()  # the only way to take back what was said
    except OSError as lost:
        server.close()
        raise Dropped from lost
    except BaseException as why:
        if not isinstance(why, Refused):
            server.close()
        raise
    if not allowed:
        return False
    if server.sock is None:
        raise Dropped
    _say(server, rest)
    return True


def _say(server: smtplib.SMTP, rest: bytes) -> None:
    try:
        server.send(rest)
        code, said = server.getreply()
    except OSError as lost:
        server.close()
        raise Unsure from lost
    if code != FINE:
        _closed_if_closing(server, code)
        raise Refused("DATA", code, said)


def _envelope(server: smtplib.SMTP, sender: str, recipient: str, length: int) -> None:
    """From whom and to whom; in one breath where the server allows it, which saves two round trips of three."""
    size = f" SIZE={length}" if server.has_extn("size") else ""
    commands = {
        "MAIL": f"MAIL FROM:{sender}{size}\r\n",
        "RCPT": f"RCPT TO:{recipient}\r\n",
        "DATA": "DATA\r\n",
    }
    at_once = server.has_extn("pipelining")
    if at_once:
        server.send("".join(commands.values()))
    no: Refused | None = None
    for step, command in commands.items():
        if not at_once:
            server.send(command)
        code, said = server.getreply()
        if code not in ({GO_ON} if step == "DATA" else TAKEN):
            no = no or Refused(step, code, said)
            if not at_once or code == CLOSING:
                break
        elif no and step == "DATA":
            server.close()  # it waits for an email that nobody is to get
    if no:
        _ready_again(server, no.code)
        raise no


def _ready_again(server: smtplib.SMTP, code: int) -> None:
    _closed_if_closing(server, code)
    if server.sock is not None:
        with suppress(OSError):
            server.rset()


def _closed_if_closing(server: smtplib.SMTP, code: int) -> None:
    if code == CLOSING:
        server.close()


def _spoken_to(server: smtplib.SMTP) -> bool:
    """Whether the server said something, or hung up, before we had said all: it takes this email no more."""
    if server.sock is None:
        return True
    poll = select.poll()
    poll.register(server.sock, select.POLLIN)
    return bool(poll.poll(0))


def _stuffed(body: bytes) -> bytes:
    """A line that begins with a dot begins with two on the wire."""
    stuffed = body.replace(b"\r\n.", b"\r\n..")
    return b"." + stuffed if stuffed.startswith(b".") else stuffed
