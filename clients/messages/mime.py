"""From rendered words to an email, and to the copy that is kept."""

import re
from binascii import b2a_qp
from dataclasses import replace
from datetime import datetime
from email.utils import format_datetime, formataddr, parseaddr
from functools import lru_cache
from smtplib import quoteaddr
from typing import Any
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
KINDS = ("plain", "html")
LONGEST_LINE = 990  # bytes: mail servers may refuse a line of a thousand
LARGEST_BYTES = 5 * 1024 * 1024  # of all files of one email: mail servers refuse much larger ones


class TooLarge(ValueError):
    """The files of this email are larger together than mail servers take."""


class Email(EmailMultiAlternatives):
    """An email that is built once: checked before it leaves, then sent as it was checked."""

    coded: tuple[bytes, bytes] | None = None

    def message(self, **how: Any) -> Any:
        """The finished email, for a backend that wants it from Django."""
        return self._built

    @cached_property
    def _built(self) -> Any:
        return super().message()

    @property
    def provider_id(self) -> str:
        """What the provider calls it, once it has it; "" when nobody will report about it."""
        status = getattr(self, "anymail_status", None)
        own = self.extra_headers["Message-ID"] if settings.MAIL_REPORTS == "mailgun" else ""
        return str((status and status.message_id) or own)[:120]

    @cached_property
    def envelope(self) -> tuple[str, str]:
        """From whom and to whom, as the mail server is told."""
        return on_the_envelope(self.from_email), on_the_envelope(self.to[0])

    @cached_property
    def wire(self) -> bytes:
        """The finished email as it travels. Raises BadHeaderError.

        Put together here: Django's way to the same bytes takes longer than all the rest of a sending.
        """
        if self.attachments:
            built: bytes = self._built.as_bytes(linesep="\r\n")
            return built
        name = f"=_{uuid4().hex}"  # quoted-printable never has "=_"
        headers = {
            "Subject": self.subject,
            "From": self.from_email,
            "To": ", ".join(self.to),
            "Reply-To": ", ".join(self.reply_to),
            **self.extra_headers,
        }
        lines = [_header(*pair) for pair in headers.items()]
        lines += ["MIME-Version: 1.0", f'Content-Type: multipart/alternative; boundary="{name}"', "", ""]
        html = str(self.alternatives[0][0])
        if self.coded:
            parts = [_headed(*pair, "quoted-printable") for pair in zip(KINDS, self.coded, strict=True)]
        else:
            parts = [_part(kind, words) for kind, words in zip(KINDS, (str(self.body), html), strict=True)]
        start = b"--" + name.encode() + b"\r\n"
        return "\r\n".join(lines).encode() + b"".join(start + part for part in parts) + start[:-2] + b"--\r\n"


@lru_cache(maxsize=256)  # the clinics' own addresses come again with each email
def on_the_envelope(address: str) -> str:
    """An address as a mail server is told it, such as <zoe@example.org>. To take one apart costs more than an email."""
    return f"<{address}>" if PLAIN.fullmatch(address) else quoteaddr(sanitize_address(address, "utf-8"))


@lru_cache(maxsize=4)
def _date(second: datetime) -> str:
    return format_datetime(second)


@lru_cache(maxsize=256)
def _sender(name: str, whole: str) -> str:
    return formataddr((one_line(name), parseaddr(whole)[1]))


@lru_cache(maxsize=256)
def _header(name: str, value: str) -> str:
    """One header in ASCII. Raises BadHeaderError for a value with a line break."""
    found = ": ".join(forbid_multi_line_headers(name, value, "utf-8"))
    return found if "\n" not in found else "\r\n".join(found.splitlines())


def _part(kind: str, words: str) -> bytes:
    lines = words.encode().replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    plain = lines.isascii() and max(map(len, lines.split(b"\n"))) <= LONGEST_LINE
    if plain:
        return _headed(kind, lines.replace(b"\n", b"\r\n"), "7bit")
    return _headed(kind, coded(words), "quoted-printable")


def _headed(kind: str, coded: bytes, how: str) -> bytes:
    said = f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: {how}\r\n\r\n'
    return said.encode() + coded + b"\r\n"


def coded(words: str) -> bytes:
    """Words as quoted-printable, with lines that end in CRLF."""
    lines = words.encode().replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return b2a_qp(lines, istext=True).replace(b"\n", b"\r\n")


def coded_piece(words: str) -> bytes:
    """The same of words that more follows: whatever comes next stands behind it as it would alone."""
    piece = coded(words)
    return piece + b"=\r\n" if piece and not piece.endswith(b"\n") else piece


def finished(rendered: Rendered | Worded) -> Rendered | Worded:
    """With a subject of one line, and with styles where mail programs look for them."""
    subject = one_line(rendered.subject)[:200]
    if isinstance(rendered, Worded):
        return rendered if rendered.subject == subject else replace(rendered, subject=subject)
    html = rendered.html if rendered.inlined else INLINER.inline(rendered.html)
    return replace(rendered, subject=subject, html=html)


def email_of(message: Message, rendered: Rendered | Worded, *, address: str, at: datetime) -> Email:
    """The email that leaves. No line break in a name or subject can add a header. Raises TooLarge."""
    clinic = message.clinic
    if sum(len(file.content) for file in rendered.attachments) > LARGEST_BYTES:
        raise TooLarge
    email = Email(
        subject=rendered.subject,
        body=rendered.text,
        from_email=_sender(clinic.sender_name, settings.DEFAULT_FROM_EMAIL),
        to=[address],
        reply_to=[clinic.reply_to],
        headers={
            "Message-ID": message.message_id,
            "Date": _date(at.replace(microsecond=0)),
            "Auto-Submitted": "auto-generated",
            **{name: one_line(value) for name, value in rendered.headers},
        },
    )
    email.attach_alternative(rendered.html, "text/html")
    email.coded = rendered.coded
    for file in rendered.attachments:
        email.attach(one_line(file.name), file.content, file.kind)
    return email


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
