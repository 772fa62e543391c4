"""Many messages at once: read together, prepared together, recorded together; and one that is odd holds up none."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients.links.models import ClientLink
from clients.links.services import issue_link
from clients.messages import transport
from clients.messages.kinds import Rendered
from clients.messages.models import Drain, Message
from portal.audit.models import AuditEvent
from tests.clients.messages.conftest import letter
from tests.factories import NOON, ClientFactory, MessageFactory


@pytest.fixture
def person(clinic):
    return ClientFactory(clinic=clinic)


def with_link(message, at):
    token = issue_link(
        client=message.client, purpose="follow_up", subject_id=message.pk, at=at, lasts=timedelta(days=1)
    )
    return Rendered(subject="Hello", text=token, html=f"<p>{token}</p>", secrets=(token,))


@pytest.fixture
def gathering(kind):
    """A kind that gathers and links; the fixture is the list of what it was asked for each time."""
    asked = []

    def gather(messages, at):
        asked.append([message.pk for message in messages])
        for message in messages:
            message.gathered = at

    kind(render=with_link, gather=gather)
    return asked


def test_what_they_need_is_read_once_and_their_links_are_written_at_once(person, gathering, run_drain):
    messages = [MessageFactory(client=person) for _each in range(5)]
    run_drain()
    assert gathering == [[message.pk for message in messages]]
    assert set(ClientLink.objects.values_list("subject_id", flat=True)) == {message.pk for message in messages}


def test_one_more_message_costs_only_its_own_steps(person, gathering, run_drain, mailoutbox):
    counts = []
    for number in (2, 7):
        for _each in range(number):
            MessageFactory(client=person)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            run_drain()
        counts.append(sum("SAVEPOINT" not in query["sql"] for query in queries))
    assert (len(mailoutbox), counts[1] - counts[0] <= 2 * 5) == (9, True)


def test_one_event_tells_of_all_that_left_together(person, run_drain):
    messages = [MessageFactory(client=person) for _each in range(3)]
    run_drain()
    events = AuditEvent.objects.values_list("action", "facts__ids")
    assert list(events) == [("messages.sent", [message.pk for message in messages])]


def test_what_was_read_more_than_two_seconds_ago_is_read_again(person, kind, run_drain, clock, mailoutbox, monkeypatch):
    asked, real = [], transport.send

    def slow(line, email, last_word, **then):
        clock.move(seconds=1.6)
        return real(line, email, last_word, **then)

    monkeypatch.setattr(transport, "send", slow)
    kind(gather=lambda messages, _at: asked.append(len(messages)))
    for _each in range(5):
        MessageFactory(client=person)
    run_drain()
    assert (asked, len(mailoutbox)) == ([5, 3, 1], 5)
    assert set(Message.objects.values_list("state", "attempts")) == {("sent", 1)}


def test_a_message_that_cannot_be_read_for_stops_no_other(person, kind, run_drain):
    odd = MessageFactory(client=person)
    others = [MessageFactory(client=person) for _each in range(3)]

    def gather(messages, at):
        if odd.pk in [message.pk for message in messages]:
            raise LookupError

    kind(gather=gather)
    run_drain()
    states = dict(Message.objects.values_list("pk", "state"))
    assert states == {odd.pk: "scheduled"} | {other.pk: "sent" for other in others}


def test_what_was_tried_before_goes_alone_because_it_may_have_killed_its_worker(person, gathering, run_drain, clock):
    first, second = MessageFactory(client=person), MessageFactory(client=person)
    suspect = MessageFactory(client=person, attempts=1, due_at=NOON - timedelta(minutes=1))
    run_drain()
    assert gathering == [[suspect.pk], [first.pk, second.pk]]


def test_no_link_is_written_for_an_email_that_could_not_be_prepared(person, kind, run_drain):
    def broken(message, at):
        with_link(message, at)
        raise LookupError

    kind(render=broken)
    MessageFactory(client=person)
    run_drain()
    assert ClientLink.objects.count() == 0


def test_what_had_left_when_its_worker_died_is_recorded_and_what_had_not_is_sent(person, run_drain, clock, mailoutbox):
    leaving = {"client": person, "state": "sending", "claimed_by": "dead", "claimed_until": NOON + timedelta(minutes=1)}
    left, in_hand = (MessageFactory(place=place, text="As it left", **leaving) for place in (1, 2))
    Drain.objects.create(holder="dead", gone=2, gone_at=NOON)
    run_drain()
    assert set(Message.objects.values_list("state", flat=True)) == {"sending"}
    clock.move(minutes=1)
    run_drain()
    assert list(Message.objects.order_by("pk").values_list("sent_at", flat=True)) == [NOON, clock()]
    left.refresh_from_db()
    assert (left.text, [email.extra_headers["Message-ID"] for email in mailoutbox]) == (
        "As it left",
        [in_hand.message_id],
    )
    assert AuditEvent.objects.order_by("pk").first().facts["ids"] == [left.pk]


def test_that_one_left_is_written_down_before_the_next_one_does(
    person, run_drain, monkeypatch, mailoutbox, notes_answered
):
    for _each in range(2):
        MessageFactory(client=person)
    seen, real = [], transport.send

    def look(line, email, last_word, **then):
        allowed = last_word()
        gone = Drain.objects.get().gone
        seen.append([message.place < gone for message in Message.objects.order_by("pk")])
        return allowed and real(line, email, lambda: True, **then)

    monkeypatch.setattr(transport, "send", look)
    run_drain()
    assert (seen, len(mailoutbox), Drain.objects.count()) == ([[False, False], [True, False]], 2, 0)


def test_the_row_of_a_drain_that_died_with_nothing_in_hand_goes_after_a_day(person, run_drain, clock):
    Drain.objects.create(holder="dead", gone=2, gone_at=NOON)
    run_drain()
    assert Drain.objects.count() == 1
    clock.move(hours=25)
    run_drain()
    assert Drain.objects.count() == 0


@pytest.mark.parametrize("slow_at", ["the first", "the envelope of the second"])
def test_a_worker_that_was_taken_for_dead_sends_no_more(
    slow_at, person, run_drain, clock, monkeypatch, mailoutbox, notes_answered
):
    first, second = MessageFactory(client=person), MessageFactory(client=person)
    real = transport.send

    def taken_over():
        clock.move(minutes=10)
        Drain.objects.all().delete()  # as another worker does that takes over
        Message.objects.filter(pk=second.pk).update(claimed_by="another")

    def slow(line, email, last_word, **then):
        if slow_at == "the first":
            gone = real(line, email, last_word, **then)
            taken_over()
            return gone
        return real(line, email, (lambda: (taken_over(), last_word())[1]) if mailoutbox else last_word, **then)

    monkeypatch.setattr(transport, "send", slow)
    run_drain()
    assert [email.extra_headers["Message-ID"] for email in mailoutbox] == [first.message_id]
    assert dict(Message.objects.values_list("pk", "state")) == {first.pk: "sent", second.pk: "sending"}


def test_a_connection_leaves_the_others_their_share(
    person, run_drain, settings, monkeypatch, mailoutbox, notes_answered
):
    settings.MAIL_CONNECTIONS = 3
    transport.mail_server().at_once = 100  # so quick was the server before
    for _each in range(120):
        MessageFactory(client=person)
    left, real = [], transport.send

    def count(line, email, last_word, **then):
        left.append(Message.objects.filter(state="scheduled").count())
        return real(line, email, last_word, **then)

    monkeypatch.setattr(transport, "send", count)
    run_drain(limit=200)
    assert (left[:41], len(mailoutbox)) == ([80] * 40 + [53], 120)  # a third, and then a third of what is left


def test_other_clinics_messages_go_in_groups_of_their_own(person, gathering, run_drain, mailoutbox):
    from django_scopes import scope

    from tests.factories import ClinicFactory

    other = ClinicFactory()
    with scope(clinic=other):
        theirs = MessageFactory(client=ClientFactory(clinic=other))
    ours = [MessageFactory(client=person) for _each in range(2)]
    run_drain()
    assert sorted(gathering) == sorted([[theirs.pk], [one.pk for one in ours]])


def test_the_copy_that_is_kept_is_there_before_it_is_recorded(person, kind, run_drain, monkeypatch):
    kind(render=letter)
    message, _next = MessageFactory(client=person), MessageFactory(client=person)
    monkeypatch.setattr("clients.messages.delivery.ledger.Ledger.record", lambda ledger: ledger.settle() or 0)
    run_drain()
    message.refresh_from_db()
    assert (message.state, message.text.startswith("Dear"), message.address) == ("sending", True, person.email)
