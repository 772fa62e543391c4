"""Sending hours: a client's check-in never arrives at night, however late the post office is."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.messages.models import Message
from clients.messages.schedule import SendingHours, next_try
from clients.messages.services import retry_message
from portal.audit.models import AuditEvent
from tests.factories import NOON, ClientFactory, MessageFactory

# Clock changes of an hour and of half an hour, a zone far ahead, and one without any change.
MINUTE = timedelta(minutes=1)
ZONES = ["Europe/London", "America/New_York", "Australia/Lord_Howe", "Pacific/Kiritimati", "Asia/Kolkata"]
MOMENTS = st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + minutes * MINUTE)
NIGHT = datetime(2026, 6, 2, 0, 0, tzinfo=UTC)  # 01:00 in London
MORNING = datetime(2026, 6, 2, 8, 0, tzinfo=UTC)  # 09:00 in London
DAY = timedelta(days=1)


@st.composite
def hours(draw):
    """A clinic's sending hours; some start or end in an hour that a clock change skips or repeats."""
    first, last = sorted(draw(st.lists(st.integers(0, 1439), min_size=2, max_size=2, unique=True)))
    return SendingHours(ZoneInfo(draw(st.sampled_from(ZONES))), *(time(m // 60, m % 60) for m in (first, last)))


@given(hours=hours(), at=MOMENTS, pause=st.integers(1, 60), chance=st.floats(0, 1), left=st.integers(0, 100))
def test_a_next_try_is_in_hours_and_before_it_is_too_late(hours, at, pause, chance, left):
    pause, send_by = timedelta(minutes=pause), at + timedelta(hours=left)
    then = next_try(at=at, pause=pause, send_by=send_by, chance=chance, hours=hours)
    earliest = at + pause * (0.75 + chance / 2)
    if then is None:
        assert hours.first_from(earliest) >= send_by
    else:
        assert earliest <= then < send_by
        assert hours.opens <= then.astimezone(hours.zone).time() <= hours.closes


@pytest.fixture
def person(clinic):
    return ClientFactory(clinic=clinic)


def late_check_in(person, **more):
    return MessageFactory(client=person, in_hours=True, **({"due_at": NOON, "send_by": NOON + 2 * DAY} | more))


def now_of(message):
    message.refresh_from_db()
    return (message.state, message.attempts, message.next_try_at)


def test_a_worker_that_was_off_sends_no_check_in_at_night_but_in_the_morning(person, run_drain, clock, mailoutbox):
    message, clock.now = late_check_in(person), NIGHT
    run_drain()
    assert (now_of(message), len(mailoutbox), AuditEvent.objects.count()) == (("scheduled", 0, MORNING), 0, 0)
    clock.now = MORNING
    run_drain()
    assert (now_of(message)[:2], len(mailoutbox)) == (("sent", 1), 1)


def test_the_moment_of_closing_is_none_at_which_an_email_leaves(person, run_drain, clock):
    closing = MORNING + timedelta(hours=9)
    message, clock.now = late_check_in(person, due_at=closing), closing
    run_drain()
    assert now_of(message) == ("scheduled", 0, MORNING + DAY)


def test_what_keeps_no_hours_leaves_at_night_too_and_waits_for_nobody(person, run_drain, clock, mailoutbox):
    late_check_in(person)
    urgent, clock.now = MessageFactory(client=person, due_at=NOON, send_by=NOON + DAY), NIGHT
    run_drain()
    assert [mail.extra_headers["Message-ID"] for mail in mailoutbox] == [urgent.message_id]


def test_a_message_that_cannot_leave_before_it_is_too_late_is_late_then(person, run_drain, clock, mailoutbox):
    message, clock.now = late_check_in(person, send_by=NIGHT + timedelta(hours=1)), NIGHT
    run_drain()
    assert now_of(message) == ("scheduled", 0, NIGHT + timedelta(hours=1))
    clock.move(hours=1)
    run_drain()
    assert (now_of(message)[0], len(mailoutbox)) == ("late", 0)


def test_a_try_that_is_put_off_in_the_evening_comes_again_in_the_morning(person, sink, run_drain, clock):
    sink.answers["RCPT"] = "451 Try again later"
    message, clock.now = late_check_in(person), datetime(2026, 6, 1, 16, 59, 59, tzinfo=UTC)  # closes at 18:00
    run_drain()
    assert now_of(message) == ("scheduled", 1, MORNING)


def test_trying_again_by_night_waits_for_the_morning_and_has_a_day_from_then(person, practitioner, run_drain, clock):
    message = late_check_in(person, state="late", why="Late.", send_by=NOON + timedelta(hours=1))
    retry_message(message=message, by=practitioner.user, at=NIGHT)
    assert (now_of(message), message.send_by) == (("scheduled", 0, MORNING), MORNING + DAY)


@pytest.mark.parametrize(
    ("zone", "opening"), [("Europe/London", MORNING), ("Asia/Kolkata", NIGHT + timedelta(hours=3.5))]
)
def test_each_clinics_own_clock_counts(clinic, person, run_drain, clock, zone, opening):
    type(clinic).objects.update(time_zone=zone)
    message, clock.now = late_check_in(person), NIGHT
    run_drain()
    assert now_of(message)[2] == opening


def test_a_batch_that_only_waits_for_the_morning_holds_up_nobody(person, run_drain, clock):
    for _each in range(3):
        late_check_in(person)
    clock.now = NIGHT
    assert (run_drain(limit=2), run_drain(limit=2), Message.objects.due(NIGHT).count()) == (2, 1, 0)
