"""Addresses that nothing is sent to any more."""

from datetime import timedelta

import pytest
from django_scopes import scope

from clients.messages.services import retry_message
from clients.messages.stops import NotStopped, WhyMissing, lift_stop, stop_address
from clients.messages.transport import is_gone
from clients.models import Suppression
from portal.audit.models import AuditEvent
from tests.factories import NOON, ClientFactory, ClinicFactory, MembershipFactory, MessageFactory, SuppressionFactory

NO_SUCH = "550 5.1.1 No such user"
BOUNCED = (
    "Nothing is sent to this address any more: an email to it bounced for good."
    " Call the client, and correct the address in their record."
)
HOUR = timedelta(hours=1)


@pytest.fixture
def person(clinic):
    return ClientFactory(clinic=clinic, email="zebedee@example.org")


def fate(message):
    message.refresh_from_db()
    return (message.state, message.why)


def stopped():
    return list(Suppression.objects.in_force().values_list("address", "because"))


def test_an_address_that_does_not_exist_is_stopped_and_says_so_when_the_next_is_due(person, sink, run_drain, clock):
    sink.answers["RCPT"] = NO_SUCH
    first, later = MessageFactory(client=person), MessageFactory(client=person, due_at=NOON + HOUR)
    run_drain()
    sink.answers.clear()
    clock.move(hours=1)
    run_drain()
    assert (fate(first)[0], fate(later), sink.taken) == ("failed", ("skipped", BOUNCED), [])
    stop = Suppression.objects.get()
    assert (stop.address, stop.because, stop.message, stop.suppressed_at) == (person.email, "bounced", first, NOON)
    event = AuditEvent.objects.get(action="suppression.added")
    assert (event.subject_id, event.facts["client"], event.facts["message"]) == (stop.pk, person.pk, first.pk)


@pytest.mark.parametrize(
    ("code", "said", "gone"),
    [
        (550, b"5.1.1 No such user", True),
        (550, b"5.2.1 The mailbox is disabled", True),
        (556, b"5.1.10 The domain accepts no mail", True),
        (550, b"No such user here", True),
        (551, b"User not local", True),
        (552, b"5.2.2 Mailbox full", False),
        (554, b"5.7.1 Relay access denied", False),
        (550, b"5.7.1 Blocked, see our list", False),
        (550, b"5.1.8 The sender's domain does not exist", False),
        (550, b"relay not permitted", False),
        (554, b"Transaction failed", False),
    ],
)
def test_only_what_is_about_the_address_stops_it(code, said, gone):
    assert is_gone(code, said) is gone


@pytest.mark.parametrize(("step", "answer"), [("RCPT", "554 5.7.1 Relay access denied"), ("DATA", NO_SUCH)])
def test_a_server_that_refuses_us_or_our_words_stops_no_address(person, sink, run_drain, step, answer):
    sink.answers[step] = answer
    message = MessageFactory(client=person)
    run_drain()
    assert (fate(message)[0], stopped()) == ("failed", [])


def test_a_message_to_the_clinic_that_bounces_stops_nothing_and_none_stops_it(person, sink, run_drain):
    SuppressionFactory(clinic=person.clinic, address=person.clinic.reply_to)
    message = MessageFactory(client=person, recipient="clinic")
    sink.answers["RCPT"] = NO_SUCH
    run_drain()
    assert (fate(message)[0], stopped()) == ("failed", [(person.clinic.reply_to, "bounced")])


def test_capitals_make_no_other_address(person, sink, run_drain):
    stop_address(clinic=person.clinic, address=" ZEBEDEE@Example.org", because="complained", at=NOON)
    message = MessageFactory(client=person)
    run_drain()
    assert (fate(message)[0], sink.taken) == ("skipped", [])
    assert "reported an email from your clinic as spam" in fate(message)[1]


def test_emails_go_again_to_another_address(person, sink, run_drain):
    SuppressionFactory(clinic=person.clinic, address=person.email)
    person.email = "new@example.org"
    person.save()
    message = MessageFactory(client=person)
    run_drain()
    assert (fate(message), [mail["To"] for mail in sink.taken]) == (("sent", ""), ["new@example.org"])


def test_a_stop_holds_in_its_own_clinic_only(person, sink, run_drain):
    other = ClinicFactory()
    with scope(clinic=other):
        SuppressionFactory(clinic=other, address=person.email)
    message = MessageFactory(client=person)
    run_drain()
    assert fate(message) == ("sent", "")


def test_lifted_with_a_reason_emails_go_again(person, owner, sink, run_drain):
    stop = SuppressionFactory(clinic=person.clinic, address=person.email)
    with pytest.raises(WhyMissing):
        lift_stop(stop=stop, why=" ", by=owner.user, at=NOON)
    lift_stop(stop=stop, why="Their mailbox was full, they say.", by=owner.user, at=NOON)
    with pytest.raises(NotStopped):
        lift_stop(stop=stop, why="Again.", by=owner.user, at=NOON)
    message = MessageFactory(client=person)
    run_drain()
    assert fate(message) == ("sent", "")
    assert AuditEvent.objects.get(action="suppression.lifted").actor == owner.user
    assert stop_address(clinic=person.clinic, address=person.email, because="bounced", at=NOON)
    assert Suppression.objects.count() == 2


def test_stopping_twice_is_stopping_once(person):
    because = {"clinic": person.clinic, "address": person.email, "at": NOON}
    assert [stop_address(because=why, **because) for why in ("bounced", "complained")] == [True, False]
    assert (stopped(), AuditEvent.objects.filter(action="suppression.added").count()) == (
        [(person.email, "bounced")],
        1,
    )


def test_a_failed_message_is_not_tried_again_at_a_stopped_address(person):
    by = MembershipFactory(clinic=person.clinic).user
    SuppressionFactory(clinic=person.clinic, address=person.email)
    failed = MessageFactory(client=person, state="failed", why="refused")
    with pytest.raises(Exception, match="bounced for good"):
        retry_message(message=failed, by=by, at=NOON)
