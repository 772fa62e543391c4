"""Scheduling, withdrawing, trying again, taking note."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django_scopes import scope

from clients.links.terms import Purpose
from clients.messages.kinds import UnknownKind
from clients.messages.models import Message
from clients.messages.services import (
    MessageAlreadyScheduled,
    MessageBroken,
    MessageNotStuck,
    MessageNotWanted,
    NewMessage,
    TooLate,
    cancel_messages,
    note_seen,
    retry_message,
    schedule_message,
    schedule_messages,
    supersede_messages,
)
from portal.audit.models import AuditEvent
from tests.factories import NOON, ClientFactory, ClinicFactory, MessageFactory

DAY = timedelta(days=1)


@pytest.fixture
def person(clinic):
    return ClientFactory(clinic=clinic)


def schedule(client, key="session:1:day_3", **more):
    return schedule_message(
        **({"client": client, "kind": "followup", "key": key, "due_at": NOON, "send_by": NOON + DAY, "at": NOON} | more)
    )


def events():
    return list(AuditEvent.objects.order_by("sequence").values_list("action", flat=True))


def test_a_scheduled_message_is_due_at_its_time_and_has_its_message_id_already(person):
    message = schedule(person)
    assert (message.state, message.next_try_at, message.message_id.endswith("@localhost>")) == ("scheduled", NOON, True)
    assert events() == ["messages.scheduled"]


def test_a_second_message_with_the_same_key_is_refused(person):
    schedule(person)
    with pytest.raises(MessageAlreadyScheduled):
        schedule(person)
    assert Message.objects.count() == 1


def test_another_clinic_may_use_the_same_key(person):
    schedule(person)
    other = ClinicFactory()
    with scope(clinic=other):
        schedule(ClientFactory(clinic=other))
        assert Message.objects.count() == 1


def test_messages_are_scheduled_all_or_none(person):
    schedule(person, key="b")
    new = [NewMessage(person, "followup", key, NOON, NOON + DAY) for key in "ab"]
    with pytest.raises(MessageAlreadyScheduled):
        schedule_messages(new, at=NOON)
    assert list(Message.objects.values_list("key", flat=True)) == ["b"]


def test_a_kind_that_nobody_registered_is_refused(person):
    with pytest.raises(UnknownKind):
        schedule(person, kind="newsletter")


def test_a_message_that_would_be_late_before_it_is_due_is_refused(person):
    with pytest.raises(ValueError, match="send_by"):
        schedule(person, send_by=NOON)


def test_cancelling_withdraws_what_has_not_begun_to_leave(person):
    schedule(person, "a")
    for key, state in (("b", "claimed"), ("c", "sending")):
        MessageFactory(client=person, key=key, state=state, claimed_by="w", claimed_until=NOON + DAY)
    assert cancel_messages(messages=Message.objects.all(), why="A new session was completed.", at=NOON) == 2
    assert list(Message.objects.order_by("key").values_list("state", "why")) == [
        ("cancelled", "A new session was completed."),
        ("cancelled", "A new session was completed."),
        ("sending", ""),
    ]


@pytest.mark.parametrize("state", ["failed", "late"])
def test_a_stuck_message_can_be_tried_again_for_a_day(person, practitioner, state):
    message = MessageFactory(client=person, state=state, why="No.", attempts=3, seen_at=NOON)
    later = NOON + timedelta(days=5)
    retry_message(message=message, by=practitioner.user, at=later)
    message.refresh_from_db()
    assert (message.state, message.why, message.attempts, message.next_try_at, message.send_by, message.seen_at) == (
        ("scheduled", "", 0, later, later + DAY, None)
    )
    assert AuditEvent.objects.get().actor == practitioner.user


@pytest.mark.parametrize("state", ["scheduled", "claimed", "sending", "skipped", "cancelled"])
def test_only_a_stuck_message_is_tried_again_or_noted(person, practitioner, state):
    lease = {"claimed_by": "w", "claimed_until": NOON + DAY} if state in {"claimed", "sending"} else {}
    message = MessageFactory(client=person, state=state, why="Because.", **lease)
    for verb in [note_seen] if state == "skipped" else [retry_message, note_seen]:
        with pytest.raises(MessageNotStuck):
            verb(message=message, by=practitioner.user, at=NOON)


def test_what_was_skipped_is_tried_again_while_it_is_in_time(person, practitioner):
    facts = {"state": "skipped", "why": "The client is archived.", "send_by": NOON + DAY}
    first, second = (MessageFactory(client=person, **facts) for _ in range(2))
    retry_message(message=first, by=practitioner.user, at=NOON + DAY / 2)
    first.refresh_from_db()
    assert (first.state, first.next_try_at, first.send_by) == ("scheduled", NOON + DAY / 2, NOON + DAY)
    with pytest.raises(TooLate):
        retry_message(message=second, by=practitioner.user, at=NOON + DAY)


def test_what_was_skipped_is_withdrawn_when_it_is_sent_again(person):
    message = MessageFactory(client=person, state="skipped", why="The client is archived.")
    again = {"purpose": Purpose.SCREENING, "subject_id": 1, "why": "It was sent again.", "at": NOON}
    number = supersede_messages(messages=Message.objects.filter(pk=message.pk), client=person, **again)
    message.refresh_from_db()
    assert (message.state, message.why, number) == ("cancelled", "It was sent again.", 2)


def test_a_message_that_is_not_right_any_more_is_not_tried_again(person, practitioner, kind):
    kind(reason_to_skip=lambda _message, _at: "They asked for no follow-up emails.")
    message = MessageFactory(client=person, state="failed", why="No.")
    with pytest.raises(MessageNotWanted, match="They asked for no follow-up emails"):
        retry_message(message=message, by=practitioner.user, at=NOON)


def test_a_noted_message_leaves_the_list_of_what_needs_a_person(person, practitioner):
    message = MessageFactory(client=person, state="late", why="No.")
    note_seen(message=message, by=practitioner.user, at=NOON)
    assert (list(Message.objects.stuck()), events()) == ([], ["message.noted"])


def test_what_the_audit_trail_says_is_nothing_personal(person):
    message = schedule(person)
    assert AuditEvent.objects.get().facts == {"ids": [message.pk], "keys": ["session:1:day_3"]}


def test_messages_scheduled_together_are_one_event_and_a_few_queries_however_many(
    person, django_assert_max_num_queries
):
    schedule(person)
    new = [NewMessage(person, "followup", f"session:1:{number}", NOON, NOON + DAY) for number in range(20)]
    with django_assert_max_num_queries(10):
        messages = schedule_messages(new, at=NOON)
    event = AuditEvent.objects.get(sequence=2)
    assert (event.action, event.subject_id) == ("messages.scheduled", messages[0].pk)
    assert event.facts == {
        "ids": [message.pk for message in messages],
        "keys": [message.key for message in messages],
    }


def test_scheduling_nothing_leaves_no_trace(person):
    assert (schedule_messages([], at=NOON), events()) == ([], [])


def test_a_kind_that_no_longer_exists_is_not_tried_again(person, practitioner):
    message = MessageFactory(client=person, kind="gone", state="failed", why="No.")
    with pytest.raises(MessageBroken, match="cannot be prepared"):
        retry_message(message=message, by=practitioner.user, at=NOON)


@pytest.mark.parametrize(("field", "word"), [("state", "lost"), ("recipient", "somebody")])
def test_only_known_words_can_be_stored(person, field, word):
    with pytest.raises(IntegrityError), transaction.atomic():
        MessageFactory(client=person, **{field: word})
