"""Which follow-ups of one client leave in one email."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from clients.messages.schedule import SendingHours
from treatments.care.schedule import due_times
from treatments.care.services import shipped_schedule
from treatments.followups.schedule import Due, room, together

LONDON = ZoneInfo("Europe/London")
HOURS = SendingHours(LONDON, time(9), time(18))
JUNE = datetime(2026, 6, 1, tzinfo=UTC)


def dues(number, ended_at):
    """Every step after one session."""
    slots = due_times(shipped_schedule(), ended_at, LONDON, HOURS.opens, HOURS.closes)
    return [
        Due((number, step.key), *slots[step.key], in_hours=not step.any_hour, rank=step.after_hours)
        for step in shipped_schedule().steps
    ]


@st.composite
def courses(draw):
    """The steps of up to four sessions within a year."""
    minutes = st.integers(0, 365 * 24 * 60)
    ends = draw(st.lists(minutes, min_size=1, max_size=4))
    return [due for number, after in enumerate(ends) for due in dues(number, JUNE + timedelta(minutes=after))]


@given(courses())
def test_every_step_leaves_once_at_a_moment_that_is_right_for_it(waiting):
    bundles = together(waiting, HOURS)
    assert sorted(one.what for bundle in bundles for one in bundle.members) == sorted(one.what for one in waiting)
    for bundle in bundles:
        for one in bundle.members:
            assert one.not_before <= bundle.due_at < bundle.send_by <= one.send_by
            assert not one.in_hours or HOURS.first_from(bundle.due_at) == bundle.due_at
            assert one.in_hours or one.due_at == bundle.due_at


@given(courses())
def test_the_step_nearest_to_its_session_leads(waiting):
    for bundle in together(waiting, HOURS):
        assert bundle.members[0].rank == min(one.rank for one in bundle.members)


@given(courses(), st.randoms())
def test_the_order_in_which_they_are_asked_for_changes_nothing(waiting, chance):
    mixed = list(waiting)
    chance.shuffle(mixed)
    assert {bundle[1:3] for bundle in together(mixed, HOURS)} == {bundle[1:3] for bundle in together(waiting, HOURS)}


@given(
    minutes=st.integers(0, 365 * 24 * 60),
    opens=st.integers(0, 22),
    length=st.integers(1, 23),
    zone=st.sampled_from(["Europe/London", "America/New_York", "Asia/Kolkata"]),
)
def test_a_person_may_move_a_step_to_moments_at_which_emails_leave(minutes, opens, length, zone):
    hours = SendingHours(ZoneInfo(zone), time(opens), time(min(opens + length, 23)))
    for step in shipped_schedule().steps:
        space = room(step, JUNE + timedelta(minutes=minutes), hours)
        assert space.first <= space.last < space.send_by
        assert step.any_hour or [hours.first_from(moment) for moment in space[:2]] == list(space[:2])


@given(moment=st.integers(0, 365 * 24 * 60), opens=st.integers(0, 22), length=st.integers(1, 23))
def test_the_nearest_moment_at_which_emails_leave_is_one_of_the_same_day(moment, opens, length):
    hours = SendingHours(LONDON, time(opens), time(min(opens + length, 23)))
    wished = JUNE + timedelta(minutes=moment)
    nearest = hours.nearest(wished)
    assert hours.first_from(nearest) == nearest
    assert nearest == wished or hours.first_from(wished) != wished
    assert nearest == hours.first_from(wished) or nearest.astimezone(LONDON).date() == wished.astimezone(LONDON).date()


def test_a_day_on_which_the_clock_leaves_no_hour_has_the_next_ones():
    hours = SendingHours(LONDON, time(1), time(2))  # at one o'clock of that day it is two at once
    assert hours.nearest(datetime(2027, 3, 28, 12, tzinfo=UTC)) == datetime(2027, 3, 29, 0, tzinfo=UTC)


def test_two_checks_of_one_day_are_one_email_at_the_earlier_hour():
    week, fortnight = dues(2, JUNE + timedelta(days=7, hours=15)), dues(1, JUNE + timedelta(hours=11))
    both = [one for one in (*week, *fortnight) if one.what in {(2, "day_7"), (1, "day_14")}]
    (bundle,) = together(both, HOURS)
    assert [one.what for one in bundle.members] == [(2, "day_7"), (1, "day_14")]
    assert bundle.due_at == JUNE + timedelta(days=14, hours=11)


def test_aftercare_keeps_its_hour_and_takes_the_days_check_along():
    older, newer = dues(1, JUNE + timedelta(hours=14)), dues(2, JUNE + timedelta(days=14, hours=9))
    both = [one for one in (*older, *newer) if one.what in {(1, "day_14"), (2, "aftercare")}]
    (bundle,) = together(both, HOURS)
    assert (bundle.members[0].what, bundle.due_at) == ((2, "aftercare"), JUNE + timedelta(days=14, hours=10))


def test_a_results_email_never_leaves_before_its_window_opens():
    older, newer = dues(1, JUNE + timedelta(hours=15)), dues(2, JUNE + timedelta(days=21, hours=9))
    both = [one for one in (*older, *newer) if one.what in {(1, "week_4"), (2, "day_7")}]
    (bundle,) = together(both, HOURS)
    assert bundle.due_at == JUNE + timedelta(days=28, hours=15)


def test_aftercare_in_the_night_waits_for_nobody():
    older, newer = dues(1, JUNE + timedelta(hours=16)), dues(2, JUNE + timedelta(days=14, hours=20))
    both = [one for one in (*older, *newer) if one.what in {(1, "day_14"), (2, "aftercare")}]
    assert len(together(both, HOURS)) == len(both)
