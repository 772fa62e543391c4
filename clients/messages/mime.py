"""From rendered words to an email, and to the copy that is kept."""

import re
from base64 import encodebytes
from binascii import b2a_qp
from dataclasses import replace
from datetime import datetime
from email.utils import format_datetime, formataddr, parseaddr
from functools import lru_cache
from smtplib import quoteaddr
from typing import Any, NamedTuple
from uuid import uuid4

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import forbid_multi_line_headers, sanitize_address
from django.utils.functional import cached_property

from clients.messages.kinds import Rendered, Worded
from clients.messages.models import Message
from portal.practice.emails import INLINER

MASK = "…"
PLAIN = re.compile(r"[A-Za-z0-9_+-]+(\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")  # needs no care
LINK = re.compile(r"https?://[A-Za-z0-9/:_-][A-Za-z0-9./:_-]*[A-Za-z0-9/:_-]")  # only has to be broken
KINDS = ("plain", "html")
CODED_LINE = 75  # characters, and a "=" at its end
LONGEST_LINE = 990  # bytes: mail servers may refuse a line of a thousand
LARGEST_BYTES = 5 * 1024 * 1024  # of all files of one email: mail servers refuse much larger ones


# Of all emails that are quoted-printable, and of files in base64: neither ever has "=_".
BOUNDARY, FILES = f"=_{uuid4().hex}", f"=_{uuid4().hex}"
PLAIN_NAME = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")  # of a file


class TooLarge(ValueError):
    """The files of this email are larger together than mail servers take."""


class Said(NamedTuple):
    """All that an email says: its envelope, its headers, its words and files."""

    sender: str
    address: str
    reply_to: str
    headers: dict[str, str]
    rendered: Rendered | Worded


class Email(EmailMultiAlternatives):
    """One of ours, for a backend that wants it from Django."""


class Outgoing:
    """An email that is put together once: checked before it leaves, then sent as it was checked."""

    def __init__(self, said: Said) -> None:
        self.said = said

    @cached_property
    def for_django(self) -> Email:
        """The same for Django's backends. It takes long to make, and SMTP never asks for it."""
        said = self.said
        email = Email(
            said.rendered.subject,
            said.rendered.text,
            said.sender,
            [said.address],
            reply_to=[said.reply_to],
            headers=said.headers,
        )
        email.attach_alternative(said.rendered.html, "text/html")
        for file in said.rendered.attachments:
            email.attach(one_line(file.name), file.content, file.kind)
        return email

    @property
    def provider_id(self) -> str:
        """What the provider calls it, once it has it; "" when nobody will report about it."""
        status = getattr(self.__dict__.get("for_django"), "anymail_status", None)
        own = self.said.headers["Message-ID"] if settings.MAIL_REPORTS == "mailgun" else ""
        return str((status and status.message_id) or own)[:120]

    @cached_property
    def envelope(self) -> tuple[str, str]:
        """From whom and to whom, as the mail server is told."""
        return on_the_envelope(self.said.sender), _on_the_envelope(self.said.address)

    @cached_property
    def wire(self) -> bytes:
        """The finished email as it travels. Raises BadHeaderError.

        Put together here: Django's way to the same bytes takes longer than all the rest of a sending.
        """
        said, rendered = self.said, self.said.rendered
        if not all(PLAIN_NAME.fullmatch(file.name) for file in rendered.attachments):
            built: Any = self.for_django.message()  # Django's own as_bytes() takes linesep
            return bytes(built.as_bytes(linesep="\r\n"))
        headers = {
            "Subject": rendered.subject,
            "From": said.sender,
            "To": said.address,
            "Reply-To": said.reply_to,
            **said.headers,
            "MIME-Version": "1.0",
        }
        lines = [_header(*pair) for pair in headers.items()]
        words = _alternatives(rendered)
        body = _mixed(words, rendered) if rendered.attachments else words
        return b"".join(("\r\n".join([*lines, ""]).encode(), *body))


def _alternatives(rendered: Rendered | Worded) -> list[bytes]:
    """The words in both kinds."""
    text, html = rendered.coded or (None, None)
    name = BOUNDARY if rendered.coded else f"=_{uuid4().hex}"
    plain = _part("plain", rendered.text) if text is None else (CODED["plain"], text)
    formatted = _part("html", rendered.html) if html is None else (CODED["html"], html)
    start, middle = f"--{name}\r\n".encode(), f"\r\n--{name}\r\n".encode()
    head = f'Content-Type: multipart/alternative; boundary="{name}"\r\n\r\n'.encode()
    return [head, start, *plain, middle, *formatted, middle[:-2], b"--\r\n"]


def _mixed(words: list[bytes], rendered: Rendered | Worded) -> list[bytes]:
    """The words, then the files."""
    name = FILES if rendered.coded else f"=_{uuid4().hex}"
    middle = f"\r\n--{name}\r\n".encode()
    head = f'Content-Type: multipart/mixed; boundary="{name}"\r\n\r\n'.encode()
    parts = [head, middle[2:], *words]
    for file in rendered.attachments:
        kind = f'{file.kind}; charset="utf-8"' if file.kind.startswith("text/") else file.kind
        told = [
            f"Content-Type: {kind}",
            "Content-Transfer-Encoding: base64",
            f'Content-Disposition: attachment; filename="{file.name}"',
        ]
        parts += [middle, "\r\n".join([*told, "", ""]).encode(), encodebytes(file.content).replace(b"\n", b"\r\n")]
    return [*parts, middle[:-2], b"--\r\n"]


def _on_the_envelope(address: str) -> str:
    """An address as a mail server is told it, such as <zoe@example.org>. To take one apart costs more than an email."""
    return f"<{address}>" if PLAIN.fullmatch(address) else quoteaddr(sanitize_address(address, "utf-8"))


on_the_envelope = lru_cache(maxsize=256)(_on_the_envelope)  # of the clinics' own, which come again with each email


@lru_cache(maxsize=4)
def _date(moment: datetime) -> str:
    return format_datetime(moment)


@lru_cache(maxsize=256)
def _sender(name: str, whole: str) -> str:
    return formataddr((one_line(name), parseaddr(whole)[1]))


def _header(name: str, value: str) -> str:
    """One header in ASCII. Raises BadHeaderError for a value with a line break."""
    if name != "Subject" and value.isascii() and value.isprintable():
        return f"{name}: {value}"  # as Django leaves it
    return _coded_header(name, value)


@lru_cache(maxsize=256)
def _coded_header(name: str, value: str) -> str:
    found = ": ".join(forbid_multi_line_headers(name, value, "utf-8"))
    return found if "\n" not in found else "\r\n".join(found.splitlines())


def _part(kind: str, words: str) -> tuple[bytes, bytes]:
    """A part's head, and its words as they travel."""
    lines = words.encode().replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    plain = lines.isascii() and max(map(len, lines.split(b"\n"))) <= LONGEST_LINE
    return (_head(kind, "7bit"), lines.replace(b"\n", b"\r\n")) if plain else (CODED[kind], coded(words))


def _head(kind: str, how: str) -> bytes:
    return f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: {how}\r\n\r\n'.encode()


CODED = {kind: _head(kind, "quoted-printable") for kind in KINDS}


def coded(words: str) -> bytes:
    """Words as quoted-printable, with lines that end in CRLF."""
    lines = words.encode().replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return b2a_qp(lines, istext=True).replace(b"\n", b"\r\n")


def coded_piece(words: str) -> bytes:
    """The same of words that more follows: whatever comes next stands behind it as it would alone."""
    if LINK.fullmatch(words):
        return b"".join(
            words[begin : begin + CODED_LINE].encode() + b"=\r\n" for begin in range(0, len(words), CODED_LINE)
        )
    piece = coded(words)
    return piece + b"=\r\n" if piece and not piece.endswith(b"\n") else piece


def finished(rendered: Rendered | Worded) -> Rendered | Worded:
    """With a subject of one line, and with styles where mail programs look for them."""
    subject = one_line(rendered.subject)[:200]
    if isinstance(rendered, Worded):
        return rendered if rendered.subject == subject else replace(rendered, subject=subject)
    html = rendered.html if rendered.inlined else INLINER.inline(rendered.html)
    return replace(rendered, subject=subject, html=html)


def email_of(message: Message, rendered: Rendered | Worded, *, address: str, at: datetime) -> Outgoing:
    """The email that leaves. No line break in a name or subject can add a header. Raises TooLarge."""
    clinic = message.clinic
    if rendered.attachments and sum(len(file.content) for file in rendered.attachments) > LARGEST_BYTES:
        raise TooLarge
    headers = {
        "Message-ID": message.message_id,
        "Date": _date(at),
        "Auto-Submitted": "auto-generated",
        **{name: one_line(value) for name, value in rendered.headers},
    }
    sender = _sender(clinic.sender_name, settings.DEFAULT_FROM_EMAIL)
    return Outgoing(Said(sender, address, clinic.reply_to, headers, rendered))


def kept(rendered: Rendered | Worded) -> dict[str, Any]:
    """The columns of the copy: what the reader got, but with every link token hidden and files only named.

    Of a wording that is written down only what this email said in its fields.
    """
    secrets = rendered.secrets
    subject, files = masked(rendered.subject, secrets), ""
    if rendered.attachments:
        files = "\n\n" + "\n".join(f"[{one_line(file.name)}]" for file in rendered.attachments)
    if isinstance(rendered, Worded) and rendered.wording_id:
        values = rendered.values
        said = {name: masked(values[name], secrets) for name in rendered.wording.fields}
        return {"subject": subject, "text": files, "html": "", "wording_id": rendered.wording_id, "said": said}
    text, html = (masked(words, secrets) for words in (rendered.text, rendered.html))
    return {"subject": subject, "text": text + files, "html": html, "wording_id": None, "said": None}


def masked(words: str, secrets: tuple[str, ...]) -> str:
    """The words with each secret replaced by "…"."""
    for secret in secrets:
        if secret and secret in words:
            words = words.replace(secret, MASK)
    return words


def one_line(words: str) -> str:
    """The words on one line, so that they can stand in a header."""
    return " ".join(words.split())
