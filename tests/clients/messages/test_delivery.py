"""From due to delivered, when nothing goes wrong, and when something should not leave."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone, translation
from django_scopes import scope

from clients.messages.kinds import Rendered
from clients.messages.models import Message
from clients.messages.services import cancel_messages, schedule_message
from portal.audit.models import AuditEvent
from tests.clients.messages.conftest import letter
from tests.factories import NOON, ClientFactory, ClinicFactory, MessageFactory


@pytest.fixture
def person(clinic):
    return ClientFactory(clinic=clinic, preferred_name="Ann")


def fate(message):
    """Its state and why."""
    message.refresh_from_db()
    return (message.state, message.why)


def test_a_due_message_leaves_once_and_is_kept_as_it_left_without_its_token(person, run_drain):
    message = MessageFactory(client=person)
    assert (run_drain(), run_drain(), len(mail.outbox)) == (1, 0, 1)
    message.refresh_from_db()
    assert f"token-{message.pk}" in mail.outbox[0].body
    assert (message.state, message.sent_at, message.address, message.subject, message.attempts) == (
        ("sent", NOON, person.email, "A note from your clinic", 1)
    )
    assert message.text == "Dear Ann, open https://portal.test/follow-up/…/"
    assert ("/follow-up/…/" in message.html, "token" in message.html) == (True, False)
    assert (message.claimed_by, message.claimed_until) == ("", None)


def test_its_headers_say_who_it_is_from_and_which_message_it_is(clinic, person, run_drain, settings):
    settings.DEFAULT_FROM_EMAIL = "Portal <portal@collagenda.localhost>"
    message = MessageFactory(client=person)
    run_drain()
    sent = mail.outbox[0].message()
    assert {name: sent[name] for name in ("From", "To", "Reply-To", "Message-ID", "Auto-Submitted", "Date")} == {
        "From": "The clinic <portal@collagenda.localhost>",
        "To": person.email,
        "Reply-To": clinic.reply_to,
        "Message-ID": message.message_id,
        "Auto-Submitted": "auto-generated",
        "Date": "Mon, 01 Jun 2026 12:00:00 +0000",
    }


def test_a_line_break_in_a_name_or_subject_adds_no_header(clinic, person, kind, run_drain):
    type(clinic).objects.update(sender_name="Evil\r\nBcc: all@example.org")
    kind(render=lambda *_: Rendered(subject="Hello\nBcc: all@example.org", text="a", html="<p>a</p>"))
    MessageFactory(client=person)
    run_drain()
    sent = mail.outbox[0].message()
    assert (sent["Bcc"], sent["Subject"]) == (None, "Hello Bcc: all@example.org")
    assert mail.outbox[0].recipients() == [person.email]


def test_styles_stand_where_mail_programs_look_for_them(person, kind, run_drain):
    styled = "<html><head><style>p{color:red}</style></head><body><p>a</p></body></html>"
    kind(render=lambda *_: Rendered(subject="Hello", text="a", html=styled))
    MessageFactory(client=person)
    run_drain()
    html = mail.outbox[0].alternatives[0].content
    assert ('<p style="color: red;">' in html, "<style>" in html) == (True, True)


def test_nothing_leaves_before_its_time(person, run_drain, clock):
    MessageFactory(client=person, due_at=NOON + timedelta(minutes=1))
    assert (run_drain(), clock.move(minutes=1), run_drain()) == (0, None, 1)


def test_the_first_due_is_the_first_to_leave_and_the_rest_waits_for_the_next_drain(person, run_drain):
    for minutes in (1, 3, 2):
        MessageFactory(client=person, key=str(minutes), due_at=NOON - timedelta(minutes=minutes))
    assert run_drain(limit=2) == 2
    assert list(Message.objects.due(NOON).values_list("key", flat=True)) == ["1"]


def test_a_message_that_is_not_right_any_more_is_skipped_with_the_reason(person, kind, run_drain):
    kind(reason_to_skip=lambda _message, _at: "They asked for no follow-up emails.")
    message = MessageFactory(client=person)
    run_drain()
    assert (fate(message), mail.outbox) == (("skipped", "They asked for no follow-up emails."), [])


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("", "The client has no email address. Add it to their record, then try again."),
        ("nonsense", "The email address cannot be right. Correct it, then try again."),
        ("a@example.org\nBcc: b@example.org", "The email address cannot be right. Correct it, then try again."),
    ],
)
def test_a_client_without_a_usable_address_is_a_failure_that_says_so(person, run_drain, address, why):
    type(person).objects.update(email=address)
    message = MessageFactory(client=person)
    run_drain()
    assert (fate(message), mail.outbox) == (("failed", why), [])


def test_a_late_message_is_not_sent(person, run_drain, clock):
    message = MessageFactory(client=person, send_by=NOON + timedelta(hours=6))
    clock.move(hours=6)
    run_drain()
    assert (fate(message), mail.outbox) == (("late", "It was to leave by 1 Jun 2026, 19:00 and could not."), [])


def test_a_message_that_is_not_right_any_more_is_said_to_be_that_even_when_it_is_late_too(
    person, kind, run_drain, clock
):
    kind(reason_to_skip=lambda _message, _at: "The client has already answered.")
    message = MessageFactory(client=person, send_by=NOON + timedelta(hours=6))
    clock.move(hours=6)
    run_drain()
    assert (fate(message), mail.outbox) == (("skipped", "The client has already answered."), [])


def test_a_late_message_of_a_kind_that_no_longer_exists_is_late(person, run_drain, clock):
    message = MessageFactory(client=person, kind="gone", send_by=NOON + timedelta(hours=6))
    clock.move(hours=6)
    run_drain()
    assert fate(message)[0] == "late"


def test_a_cancelled_message_is_not_sent_even_when_it_is_cancelled_while_it_is_prepared(person, kind, run_drain):
    def cancelled_meanwhile(message, at):
        cancel_messages(messages=Message.objects.filter(pk=message.pk), why="Withdrawn.", at=at)
        return letter(message, at)

    kind(render=cancelled_meanwhile)
    message = MessageFactory(client=person)
    run_drain()
    assert (fate(message), mail.outbox) == (("cancelled", "Withdrawn."), [])


@pytest.mark.django_db
def test_each_message_is_written_in_its_readers_language_and_the_clinics_time_and_scope(kind, run_drain, monkeypatch):
    monkeypatch.setattr("portal.practice.terms.AVAILABLE", ("en", "de", "fr", "es"))
    seen = []

    def look(message, at):
        seen.append((translation.get_language(), timezone.get_current_timezone_name(), Message.objects.count()))
        return letter(message, at)

    kind(render=look)
    for zone, language in (("Europe/Berlin", "de"), ("Europe/Paris", "fr")):
        other = ClinicFactory(time_zone=zone, language="es")
        with scope(clinic=other):
            client = ClientFactory(clinic=other, language=language)
            MessageFactory(client=client)
            MessageFactory(client=client, recipient="clinic")
    run_drain()
    assert sorted(seen) == [
        ("de", "Europe/Berlin", 2),
        ("es", "Europe/Berlin", 2),
        ("es", "Europe/Paris", 2),
        ("fr", "Europe/Paris", 2),
    ]


def test_a_message_to_the_clinic_goes_to_its_reply_address(clinic, person, run_drain):
    message = MessageFactory(client=person, recipient="clinic")
    run_drain()
    assert (fate(message), mail.outbox[0].to) == (("sent", ""), [clinic.reply_to])


def test_every_step_is_in_the_audit_trail_and_says_nothing_personal(person, run_drain):
    times = {"due_at": NOON, "send_by": NOON + timedelta(days=1), "at": NOON}
    message = schedule_message(client=person, kind="followup", key="session:1:day_3", **times)
    run_drain()
    assert list(AuditEvent.objects.order_by("sequence").values_list("action", "facts")) == [
        ("messages.scheduled", {"ids": [message.pk], "keys": ["session:1:day_3"]}),
        ("messages.sent", {"ids": [message.pk], "keys": ["session:1:day_3"], "tries": [1]}),
    ]


@pytest.mark.django_db
def test_a_batch_that_was_read_before_goes_to_the_corrected_address(clinic, kind, run_drain, clock):
    first, second = (ClientFactory(clinic=clinic, email=f"old{n}@example.org") for n in (1, 2))

    def correct_the_second(message, at):
        type(second).objects.filter(pk=second.pk).update(email="new2@example.org")
        return letter(message, at)

    kind(render=correct_the_second)
    for person in (first, second):
        MessageFactory(client=person)
    run_drain()
    assert [mail_to.to for mail_to in mail.outbox] == [["old1@example.org"]]
    clock.move(minutes=1)
    run_drain()
    assert [mail_to.to for mail_to in mail.outbox] == [["old1@example.org"], ["new2@example.org"]]


@pytest.mark.django_db
def test_an_address_corrected_while_its_email_is_prepared_gets_the_email(person, kind, run_drain):
    def correct(message, at):
        type(person).objects.filter(pk=person.pk).update(email="new@example.org")
        return letter(message, at)

    kind(render=correct)
    MessageFactory(client=person)
    run_drain()
    assert mail.outbox == []
    kind()
    Message.objects.update(next_try_at=NOON)  # the pause after a try is over
    run_drain()
    assert [mail_to.to for mail_to in mail.outbox] == [["new@example.org"]]
