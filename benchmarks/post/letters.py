"""The email that all senders send: one of ours as it left, with marks where it speaks to one person."""

import json
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

SENDER = "The clinic <portal@example.org>"
BODIES = 200  # so many different ready bodies: each message has headers of its own


class Letter(NamedTuple):
    """Subject, text and html, with {{ name }} and {{ link }} in them."""

    subject: str
    text: str
    html: str


@cache
def letter(path: str) -> Letter:
    """The letter that the benchmark has written to this file."""
    return Letter(**json.loads(Path(path).read_text()))


def of(number: int) -> dict[str, str]:
    """What is personal in one email."""
    return {"name": f"Client{number}", "link": f"https://portal.example.org/follow-up/{number:043d}/"}


def address(number: int) -> str:
    """To whom."""
    return f"client{number}@example.org"


def ready(path: str, numbers: range) -> Iterator[tuple[str, bytes]]:
    """The finished bytes of each, and where they go."""
    bodies = [_body(letter(path), number) for number in range(BODIES)]
    for number in numbers:
        head = f"Message-ID: <{number}@raw.example.org>\r\nTo: {address(number)}\r\n".encode()
        yield address(number), head + bodies[number % BODIES]


def _body(kept: Letter, number: int) -> bytes:
    email = EmailMessage(policy=SMTP)
    email["Subject"], email["From"] = kept.subject, SENDER
    email.set_content(_filled(kept.text, number))
    email.add_alternative(_filled(kept.html, number), subtype="html")
    return email.as_bytes()


def _filled(words: str, number: int) -> str:
    for name, value in of(number).items():
        words = words.replace("{{ " + name + " }}", value)
    return words


@cache
def _templates(path: str) -> tuple[Any, Any]:
    from django.template import Template

    kept = letter(path)
    return Template(kept.text), Template(kept.html)


def email(path: str, number: int) -> Any:
    """Rendered by Django's templates, as Django's own kind of email."""
    from django.core.mail import EmailMultiAlternatives
    from django.template import Context

    text, html = _templates(path)
    words = Context(of(number))
    made = EmailMultiAlternatives(
        subject=letter(path).subject,
        body=text.render(words),
        from_email=SENDER,
        to=[address(number)],
        headers={"Message-ID": f"<{number}@peer.example.org>"},
    )
    made.attach_alternative(html.render(words), "text/html")
    return made


def configure(port: int, **more: Any) -> None:
    """Django, as small as a sender needs it."""
    import django
    from django.conf import settings

    settings.configure(
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=port,
        EMAIL_TIMEOUT=30,
        USE_TZ=True,
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
        **more,
    )
    django.setup()
