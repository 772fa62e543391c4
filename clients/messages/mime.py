"""From rendered words to an email, and to the copy that is kept."""

from binascii import b2a_qp
from dataclasses import replace
from datetime import datetime
from email.utils import format_datetime, formataddr, parseaddr
from functools import lru_cache
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import forbid_multi_line_headers, sanitize_address
from django.utils.functional import cached_property

from clients.messages.kinds import Rendered
from clients.messages.models import Message
from portal.practice.emails import INLINER

MASK = "…"
LONGEST_LINE = 990  # bytes: mail servers may refuse a line of a thousand
LARGEST_BYTES = 5 * 1024 * 1024  # of all files of one email: mail servers refuse much larger ones


class TooLarge(ValueError):
    """The files of this email are larger together than mail servers take."""


class Email(EmailMultiAlternatives):
    """An email that is built once: checked before it leaves, then sent as it was checked."""

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
        return sanitize_address(self.from_email, "utf-8"), sanitize_address(self.to[0], "utf-8")

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
        parts = [_part("plain", str(self.body)), *(_part("html", str(words)) for words, _kind in self.alternatives)]
        start = b"--" + name.encode() + b"\r\n"
        return "\r\n".join(lines).encode() + b"".join(start + part for part in parts) + start[:-2] + b"--\r\n"


@lru_cache(maxsize=256)
def _header(name: str, value: str) -> str:
    """One header in ASCII. Raises BadHeaderError for a value with a line break."""
    found = ": ".join(forbid_multi_line_headers(name, value, "utf-8"))
    return found if "\n" not in found else "\r\n".join(found.splitlines())


def _part(kind: str, words: str) -> bytes:
    lines = words.encode().replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    plain = lines.isascii() and max(map(len, lines.split(b"\n"))) <= LONGEST_LINE
    how = "7bit" if plain else "quoted-printable"
    said = f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: {how}\r\n\r\n'
    coded = lines if plain else b2a_qp(lines, istext=True)
    return said.encode() + coded.replace(b"\n", b"\r\n") + b"\r\n"


def finished(rendered: Rendered) -> Rendered:
    """With a subject of one line, and with styles where mail programs look for them."""
    html = rendered.html if rendered.inlined else INLINER.inline(rendered.html)
    return replace(rendered, subject=one_line(rendered.subject)[:200], html=html)


def email_of(message: Message, rendered: Rendered, *, address: str, at: datetime) -> Email:
    """The email that leaves. No line break in a name or subject can add a header. Raises TooLarge."""
    clinic = message.clinic
    if sum(len(file.content) for file in rendered.attachments) > LARGEST_BYTES:
        raise TooLarge
    email = Email(
        subject=rendered.subject,
        body=rendered.text,
        from_email=formataddr((one_line(clinic.sender_name), parseaddr(settings.DEFAULT_FROM_EMAIL)[1])),
        to=[address],
        reply_to=[clinic.reply_to],
        headers={
            "Message-ID": message.message_id,
            "Date": format_datetime(at),
            "Auto-Submitted": "auto-generated",
            **{name: one_line(value) for name, value in rendered.headers},
        },
    )
    email.attach_alternative(rendered.html, "text/html")
    for file in rendered.attachments:
        email.attach(one_line(file.name), file.content, file.kind)
    return email


def kept(rendered: Rendered) -> dict[str, str]:
    """Subject, text and html as the reader got them, but with every link token hidden and files only named."""
    copy = {part: masked(getattr(rendered, part), rendered.secrets) for part in ("subject", "text", "html")}
    if rendered.attachments:
        copy["text"] += "\n\n" + "\n".join(f"[{one_line(file.name)}]" for file in rendered.attachments)
    return copy


def masked(words: str, secrets: tuple[str, ...]) -> str:
    """The words with each secret replaced by "…"."""
    for secret in filter(None, secrets):
        words = words.replace(secret, MASK)
    return words


def one_line(words: str) -> str:
    """The words on one line, so that they can stand in a header."""
    return " ".join(words.split())
