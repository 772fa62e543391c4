"""The bytes that travel say the same as Django's own."""

from email import message_from_bytes
from email.policy import SMTP

import pytest
from django.core.mail import BadHeaderError

from clients.messages.kinds import Attachment, Rendered
from clients.messages.mime import email_of
from tests.factories import NOON, ClientFactory, ClinicFactory, MessageFactory

pytestmark = pytest.mark.django_db

WORDS = [
    ("Hello", "Plain words.\n.\n.a line with a dot before it\nFrom the clinic\n", "<p>Plain</p>\n"),
    ("Grüße von Zoë, 4 Wochen danach", "Schöne Grüße =20 und mehr \n\n" + "ä" * 2000, "<p>ß = “Zitat”</p>" * 300),
    ("A long subject of plain words " * 6, "Words\r\nwith all kinds\rof ends\n", "<p>" + "a" * 3000 + "</p>"),
    ("Emoji 🌿", "🌿", "<p>🌿</p>"),
]


def email(rendered, **clinic):
    client = ClientFactory(clinic=ClinicFactory(**clinic), email="zoë@bücher.example".replace("ë", "e"))
    message = MessageFactory(client=client)
    return email_of(message, rendered, address=client.email, at=NOON)


def said(raw):
    """What a reader's program makes of it: the headers, and the words of each part."""
    mail = message_from_bytes(raw, policy=SMTP)
    names = {"Subject", "From", "To", "Reply-To", "Message-ID", "Date", "Auto-Submitted", "List-Unsubscribe"}
    headers = {name: str(value).strip() for name, value in mail.items() if name in names}
    words = [(part.get_content_type(), part.get_content()) for part in mail.walk() if not part.is_multipart()]
    return headers, [(kind, words.replace("\r\n", "\n").rstrip("\n")) for kind, words in words]


@pytest.mark.parametrize(("subject", "text", "html"), WORDS)
def test_they_say_the_same(subject, text, html):
    headers = (("List-Unsubscribe", "<https://portal.test/" + "x" * 200 + ">"),)
    ours = email(Rendered(subject.strip(), text, html, headers=headers), sender_name="Praxis für Haut, Zoë & Ann")
    assert said(ours.wire) == said(ours.message().as_bytes(linesep="\r\n"))


@pytest.mark.parametrize(("subject", "text", "html"), WORDS)
def test_every_server_takes_them(subject, text, html):
    raw = email(Rendered(subject, text, html), sender_name="Praxis für Haut").wire
    assert (raw.isascii(), max(map(len, raw.split(b"\r\n"))) < 998) == (True, True)
    assert raw.count(b"\n") == raw.count(b"\r\n") == raw.count(b"\r")


def test_a_file_goes_with_it():
    ours = email(Rendered("Hello", "a", "<p>a</p>", attachments=(Attachment("next.ics", b"BEGIN", "text/calendar"),)))
    names = [part.get_filename() for part in message_from_bytes(ours.wire, policy=SMTP).walk()]
    assert "next.ics" in names


def test_a_line_break_in_a_header_is_refused():
    ours = email(Rendered("Hello", "a", "<p>a</p>"))
    ours.extra_headers["X-Odd"] = "one\nBcc: all@example.org"
    with pytest.raises(BadHeaderError):
        ours.wire  # noqa: B018  reading it is what builds it
