"""From rendered words to an email, and to the copy that is kept."""

from dataclasses import replace
from datetime import datetime
from email.utils import format_datetime, formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils.functional import cached_property

from clients.messages.kinds import Rendered
from clients.messages.models import Message
from portal.practice.emails import INLINER

MASK = "…"
LARGEST_BYTES = 5 * 1024 * 1024  # of all files of one email: mail servers refuse much larger ones


class TooLarge(ValueError):
    """The files of this email are larger together than mail servers take."""


class Email(EmailMultiAlternatives):
    """An email that is built once: checked before it leaves, then sent as it was checked."""

    def message(self, **how: Any) -> Any:
        """The finished email."""
        return self._built

    @cached_property
    def _built(self) -> Any:
        return super().message()


def finished(rendered: Rendered) -> Rendered:
    """With a subject of one line, and with styles where mail programs look for them."""
    return replace(rendered, subject=one_line(rendered.subject)[:200], html=INLINER.inline(rendered.html))


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
