"""What a person may do with one follow-up, and what becomes of its message."""

from datetime import timedelta

import pytest

from clients.messages.services import MessageNotWanted, TooLate, drain, retry_message
from clients.models import Message
from portal.audit.models import AuditEvent
from tests.factories import NOON, ClientFactory, FollowupFactory, PlanFactory, ReplyFactory, SessionFactory
from tests.treatments.followups.courses import enrolled
from treatments.followups.models import Followup
from treatments.followups.services import (
    NotToCome,
    delay_followup,
    lay_out,
    send_again,
    send_now,
    skip_followup,
    write_line,
)
from treatments.followups.services.moves import AgainOnItsWay, BeforeCourses, NotSent, NotThen, SkipReasonMissing

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def client(clinic):
    return ClientFactory(clinic=clinic)


@pytest.fixture
def user(owner):
    return owner.user


def of(step, **more):
    return Followup.objects.select_related("message", "clinic", "client__clinic").get(step=step, **more)


def sent(step, at=NOON):
    Message.objects.filter(followups__step=step).update(state="sent", sent_at=at)
    return of(step)


def happened(action):
    return list(AuditEvent.objects.filter(action=action).values_list("actor", flat=True))


def test_what_is_skipped_leaves_no_more_and_says_why(client, user):
    enrolled(client)
    skip_followup(followup=of("day_3"), reason=" Called instead. ", by=user, at=NOON)
    row = of("day_3")
    assert (row.withdrawn_at, row.withdrawn_by, row.message.state) == (NOON, user, "cancelled")
    assert row.withdrawn_why == row.message.why == "Skipped: Called instead."
    assert happened("followup.skipped") == [user.pk]


def test_skipping_one_of_two_in_an_email_leaves_the_other(client, user):
    first, second = enrolled(client), enrolled(client, NOON + 7 * DAY)
    skip_followup(followup=of("day_7", session=second), reason="Called.", by=user, at=NOON + 8 * DAY)
    other = of("day_14", session=first)
    assert (other.message.key, other.message.state) == (f"session:{first.pk}:day_14", "scheduled")
    shared = of("day_7", session=second).message
    assert (shared.state, shared.why) == ("cancelled", "Skipped: Called.")


def test_a_skip_needs_a_reason_and_something_to_skip(client, user):
    enrolled(client)
    with pytest.raises(SkipReasonMissing):
        skip_followup(followup=of("day_3"), reason="  ", by=user, at=NOON)
    with pytest.raises(NotToCome):
        skip_followup(followup=sent("day_3"), reason="Called.", by=user, at=NOON)


def test_a_delay_holds_whatever_is_laid_out_afterwards(client, user):
    enrolled(client)
    then = NOON + 8 * DAY + HOUR
    delay_followup(followup=of("day_7"), due_at=then, by=user, at=NOON)
    lay_out(client=client, at=NOON + DAY)
    row = of("day_7")
    assert (row.due_at, row.moved_by, row.message.due_at, row.message.next_try_at) == (then, user, then, then)
    assert happened("followup.delayed") == [user.pk]


@pytest.mark.parametrize(
    ("step", "then", "words"),
    [
        ("day_7", NOON + 20 * DAY, "It can leave between 8 Jun 2026, 09:00 and 11 Jun 2026, 12:00"),
        ("day_7", NOON + 6 * DAY, "It can leave between"),
        ("day_7", NOON + 8 * DAY + 12 * HOUR, "Your clinic’s emails leave from 09:00 on and before 18:00."),
        ("day_7", NOON + 8 * DAY + 5 * HOUR, "Your clinic’s emails leave from 09:00 on and before 18:00."),
        ("week_4", NOON + 43 * DAY, "It can leave between 29 Jun 2026, 13:00 and 13 Jul 2026, 13:00"),
        ("week_6", NOON + 27 * DAY, "It can leave between"),
    ],
)
def test_a_delay_stays_in_the_steps_window_and_the_sending_hours(client, user, step, then, words):
    enrolled(client)
    with pytest.raises(NotThen, match=words) as refusal:
        delay_followup(followup=of(step), due_at=then, by=user, at=NOON)
    assert (refusal.value.field, of(step).moved_by) == ("due_at", None)


def test_a_moment_that_a_person_chose_is_not_drawn_to_another_email_of_that_day(client, user):
    first = enrolled(client)
    second = enrolled(client, NOON + 7 * DAY)
    then = NOON + 14 * DAY + 3 * HOUR
    delay_followup(followup=of("day_14", session=first), due_at=then, by=user, at=NOON + 8 * DAY)
    assert of("day_14", session=first).message.due_at == then
    assert of("day_7", session=second).message.due_at in (then, NOON + 14 * DAY)


def test_send_now_leaves_within_the_hours(client, user):
    enrolled(client)
    leaves = send_now(followup=of("day_3"), by=user, at=NOON + 2 * DAY)
    assert (leaves, of("day_3").message.due_at) == (NOON + 2 * DAY, NOON + 2 * DAY)
    night = NOON + 5 * DAY + 12 * HOUR
    assert send_now(followup=of("day_7"), by=user, at=night) == night + 8 * HOUR


def test_results_emails_are_not_sent_before_their_window(client, user):
    enrolled(client)
    with pytest.raises(NotThen, match="It belongs to days 28 to 42 after the session, and leaves on 29 Jun 2026"):
        send_now(followup=of("week_4"), by=user, at=NOON + 20 * DAY)


def test_sending_again_is_a_new_message_that_says_the_same(client, user, mailoutbox):
    enrolled(client)
    drain(worker="w", at=lambda: NOON + HOUR)
    again = send_again(followup=of("aftercare"), by=user, at=NOON + 2 * HOUR)
    drain(worker="w", at=lambda: NOON + 2 * HOUR)
    again.refresh_from_db()
    first, second = mailoutbox
    assert (again.key, again.state) == (of("aftercare").message.key + ":again-1", "sent")
    assert first.subject == second.subject
    assert first.extra_headers["Message-ID"] != second.extra_headers["Message-ID"]
    assert send_again(followup=of("aftercare"), by=user, at=NOON + 3 * HOUR).key.endswith(":again-2")


def test_what_is_sent_again_is_not_swept_away_when_the_client_is_laid_out(client, user):
    enrolled(client)
    again = send_again(followup=sent("day_1"), by=user, at=NOON + DAY)
    lay_out(client=client, at=NOON + DAY)
    again.refresh_from_db()
    assert again.state == "scheduled"


def test_only_what_was_sent_is_sent_again_once_at_a_time_and_only_if_it_is_right(client, user):
    enrolled(client)
    with pytest.raises(NotSent):
        send_again(followup=of("day_1"), by=user, at=NOON)
    send_again(followup=sent("day_1"), by=user, at=NOON + DAY)
    with pytest.raises(AgainOnItsWay):
        send_again(followup=of("day_1"), by=user, at=NOON + DAY)
    ReplyFactory(followup=sent("day_3"))
    with pytest.raises(MessageNotWanted, match="already answered"):
        send_again(followup=of("day_3"), by=user, at=NOON + 3 * DAY)


def test_a_results_email_is_neither_sent_again_nor_tried_again_after_its_window(client, user):
    enrolled(client)
    with pytest.raises(TooLate):
        send_again(followup=sent("week_6"), by=user, at=NOON + 43 * DAY)
    Message.objects.filter(followups__step="week_4").update(state="late", why="It was late.")
    with pytest.raises(TooLate):
        retry_message(message=of("week_4").message, by=user, at=NOON + 43 * DAY)
    retry_message(message=of("week_4").message, by=user, at=NOON + 41 * DAY + 22 * HOUR)
    assert of("week_4").message.send_by == NOON + 42 * DAY + 5 * HOUR  # closing time of the last day


def test_a_personal_line_is_kept_with_the_message_and_taken_off_by_an_empty_one(client, user):
    enrolled(client)
    write_line(followup=of("day_3"), line=" It was good\n to see you. ", by=user, at=NOON)
    assert of("day_3").message.personal_line == "It was good to see you."
    write_line(followup=of("day_3"), line="", by=user, at=NOON)
    assert of("day_3").message.personal_line == ""
    with pytest.raises(NotToCome):
        write_line(followup=sent("day_3"), line="Too late", by=user, at=NOON)


def test_a_personal_line_moves_with_its_step_into_another_email(client, user):
    first = enrolled(client)
    write_line(followup=of("day_14"), line="See you soon.", by=user, at=NOON)
    second = enrolled(client, NOON + 7 * DAY)
    shared = of("day_14", session=first).message
    assert (shared.key, shared.personal_line) == (f"session:{second.pk}:day_7", "See you soon.")


def test_a_follow_up_from_before_there_were_courses_is_skipped_but_not_moved(client, user):
    session = SessionFactory(plan=PlanFactory(client=client), ended_at=NOON)
    FollowupFactory(session=session, step="day_7", message__due_at=NOON + 7 * DAY, message__client=client)
    with pytest.raises(BeforeCourses):
        delay_followup(followup=of("day_7"), due_at=NOON + 8 * DAY, by=user, at=NOON)
    skip_followup(followup=of("day_7"), reason="Called.", by=user, at=NOON)
    assert of("day_7").message.state == "cancelled"
