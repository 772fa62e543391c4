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
    assert said(ours.wire) == said(ours.for_django.message().as_bytes(linesep="\r\n"))


@pytest.mark.parametrize(("subject", "text", "html"), WORDS)
def test_every_server_takes_them(subject, text, html):
    raw = email(Rendered(subject, text, html), sender_name="Praxis für Haut").wire
    assert (raw.isascii(), max(map(len, raw.split(b"\r\n"))) < 998) == (True, True)
    assert raw.count(b"\n") == raw.count(b"\r\n") == raw.count(b"\r")


def test_a_file_goes_with_it():
    ours = email(Rendered("Hello", "a", "<p>a</p>", attachments=(Attachment("next.ics", b"BEGIN", "text/calendar"),)))
    names = [part.get_filename() for part in message_from_bytes(ours.wire, policy=SMTP).walk()]
    assert "next.ics" in names


FILES = [
    Attachment("next.ics", "BEGIN:VCALENDAR\r\nSUMMARY:Grüße\r\n".encode(), "text/calendar"),
    Attachment("form-1.pdf", bytes(range(256)) * 9, "application/pdf"),
    Attachment("Zoë’s form.pdf", b"%PDF", "application/pdf"),
]


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("words", WORDS)
def test_with_files_they_say_the_same(words, number):
    ours = email(Rendered(words[0].strip(), *words[1:], attachments=tuple(FILES[:number])))
    wire, django = (
        message_from_bytes(raw, policy=SMTP) for raw in (ours.wire, ours.for_django.message().as_bytes(linesep="\r\n"))
    )
    for mail in (wire, django):
        assert [mail.get_content_type(), mail.get_body(("plain",)).get_content().split()] == [
            "multipart/mixed",
            words[1].split(),
        ]
        files = [
            (file.get_filename(), file.get_content_type(), file.get_payload(decode=True))
            for file in mail.iter_attachments()
        ]
        assert [file[:2] for file in files] == [(file.name, file.kind) for file in FILES[:number]]
        assert [file[2].split() for file in files] == [file.content.split() for file in FILES[:number]]
    assert wire.get_body(("html",)).get_content().split() == django.get_body(("html",)).get_content().split()
    assert wire["To"] == django["To"]


def test_a_line_break_in_a_header_is_refused():
    ours = email(Rendered("Hello", "a", "<p>a</p>"))
    ours.said.headers["X-Odd"] = "one\nBcc: all@example.org"
    with pytest.raises(BadHeaderError):
        ours.wire  # noqa: B018  reading it is what builds it
