from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from treatments.care import schedule as care
from treatments.care.services import shipped_schedule
from treatments.followups.terms import Step


def due_times(*session):
    """The default's slots; how early a step may leave with others is looked at apart."""
    return {key: slot[:2] for key, slot in care.due_times(shipped_schedule(), *session).items()}


ZONES = [
    "America/New_York",
    "Europe/London",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Chatham",
    "America/Santiago",
    "UTC",
]
LONDON = ZoneInfo("Europe/London")
NINE, SIX = time(9), time(18)
DAY = timedelta(days=1)


START = datetime(2025, 1, 1, tzinfo=UTC)
CHANGES = {  # the days on which a zone's clocks change
    name: [
        day
        for day in (START + number * DAY for number in range(5 * 365))
        if day.astimezone(ZoneInfo(name)).utcoffset() != (day + DAY).astimezone(ZoneInfo(name)).utcoffset()
    ]
    for name in ZONES
}


@st.composite
def sessions(draw):
    """An end at any minute of five years, a zone, and sending hours; every other one lands a step on a clock change."""
    name = draw(st.sampled_from(ZONES))
    ended_at = START + timedelta(minutes=draw(st.integers(0, 5 * 365 * 24 * 60)))
    opens = draw(st.integers(0, 21 * 60 + 59))
    if CHANGES[name] and draw(st.booleans()):
        ended_at = draw(st.sampled_from(CHANGES[name])) - draw(st.sampled_from([1, 3, 7, 14, 28, 42, 90, 180])) * DAY
        ended_at += timedelta(minutes=draw(st.integers(0, 2 * 24 * 60)))
        opens = draw(st.integers(0, 4 * 60))
    closes = draw(st.integers(opens + 120, min(opens + 300, 23 * 60 + 59)) | st.integers(opens + 120, 23 * 60 + 59))
    return ended_at, ZoneInfo(name), time(*divmod(opens, 60)), time(*divmod(closes, 60))


def days_after(ended_at, moment, zone):
    """Local calendar days between two moments."""
    return (moment.astimezone(zone).date() - ended_at.astimezone(zone).date()).days


@settings(max_examples=400, deadline=None)
@given(sessions())
def test_everything_but_aftercare_is_due_and_expires_in_local_sending_hours(session):
    _ended_at, zone, opens, closes = session
    slots = due_times(*session)
    del slots[Step.AFTERCARE]
    moments = [moment.astimezone(zone).time() for slot in slots.values() for moment in slot]
    assert [hour for hour in moments if not opens <= hour <= closes] == []


@settings(max_examples=400, deadline=None)
@given(sessions())
def test_week_4_and_week_6_fall_in_days_28_to_42_by_either_reckoning(session):
    ended_at, zone, *_ = session
    slots = due_times(*session)
    for step in (Step.WEEK_4, Step.WEEK_6):
        assert timedelta(days=28) <= slots[step][0] - ended_at <= timedelta(days=42)
        assert 28 <= days_after(ended_at, slots[step][0], zone) <= 42
    assert days_after(ended_at, slots[Step.WEEK_4][1], zone) == 35
    assert days_after(ended_at, slots[Step.WEEK_6][1], zone) == 42


@settings(max_examples=400, deadline=None)
@given(sessions())
def test_every_step_leaves_time_to_send_it_and_week_6_at_least_an_hour(session):
    slots = due_times(*session)
    assert [step for step, slot in slots.items() if slot[1] <= slot[0]] == []
    assert slots[Step.WEEK_6][1] - slots[Step.WEEK_6][0] >= timedelta(hours=1)


@settings(max_examples=400, deadline=None)
@given(sessions())
def test_steps_come_in_their_order(session):
    slots = due_times(*session)
    assert list(slots) == list(Step)
    assert [slot[0] for slot in slots.values()] == sorted(slot[0] for slot in slots.values())


@settings(max_examples=400, deadline=None)
@given(sessions())
def test_a_step_is_never_early_and_moves_to_the_next_day_at_most(session):
    ended_at, zone, *_ = session
    slots = due_times(*session)
    for step, days in {"day_1": 1, "day_3": 3, "day_7": 7, "day_14": 14, "month_3": 90, "month_6": 180}.items():
        assert slots[step][0] - ended_at >= days * DAY - timedelta(hours=1)
        assert days_after(ended_at, slots[step][0], zone) - days in (0, 1)


@settings(max_examples=200, deadline=None)
@given(sessions())
def test_aftercare_waits_for_nobodys_opening_hours(session):
    ended_at = session[0]
    hour = timedelta(hours=1)
    assert due_times(*session)[Step.AFTERCARE] == (ended_at + hour, ended_at + 13 * hour)


@settings(max_examples=200, deadline=None)
@given(sessions())
def test_a_moment_is_a_moment_in_whatever_zone_it_is_written(session):
    ended_at, zone, *hours = session
    assert due_times(ended_at.astimezone(zone), zone, *hours) == due_times(ended_at, zone, *hours)


def test_a_session_in_the_afternoon_keeps_its_local_hour_when_the_clocks_go_forward():
    ended_at = datetime(2026, 3, 27, 15, 30, tzinfo=LONDON)  # the clocks go forward on 29 March
    local = {step: slot[0].astimezone(LONDON) for step, slot in due_times(ended_at, LONDON, NINE, SIX).items()}
    assert local == {
        "aftercare": datetime(2026, 3, 27, 16, 30, tzinfo=LONDON),
        "day_1": datetime(2026, 3, 28, 15, 30, tzinfo=LONDON),
        "day_3": datetime(2026, 3, 30, 15, 30, tzinfo=LONDON),
        "day_7": datetime(2026, 4, 3, 15, 30, tzinfo=LONDON),
        "day_14": datetime(2026, 4, 10, 15, 30, tzinfo=LONDON),
        "week_4": datetime(2026, 4, 24, 16, 30, tzinfo=LONDON),  # an hour later: 28 whole days have passed
        "week_6": datetime(2026, 5, 8, 15, 30, tzinfo=LONDON),
        "month_3": datetime(2026, 6, 25, 15, 30, tzinfo=LONDON),
        "month_6": datetime(2026, 9, 23, 15, 30, tzinfo=LONDON),
    }


def test_a_session_in_the_afternoon_keeps_its_local_hour_when_the_clocks_go_back():
    ended_at = datetime(2026, 10, 23, 15, 30, tzinfo=LONDON)  # the clocks go back on 25 October
    slots = due_times(ended_at, LONDON, NINE, SIX)
    assert [slots[step][0].astimezone(LONDON).time() for step in ("day_1", "day_3", "week_4", "week_6")] == [
        time(15, 30),
        time(15, 30),
        time(15, 30),
        time(14, 30),  # an hour earlier: not more than 42 whole days
    ]


def test_a_late_evening_is_asked_the_morning_after_and_an_early_morning_at_opening():
    late = due_times(datetime(2026, 6, 1, 20, 0, tzinfo=LONDON), LONDON, NINE, SIX)
    early = due_times(datetime(2026, 6, 1, 7, 0, tzinfo=LONDON), LONDON, NINE, SIX)
    assert (late[Step.DAY_1][0], early[Step.DAY_1][0]) == (
        datetime(2026, 6, 3, 9, 0, tzinfo=LONDON),
        datetime(2026, 6, 2, 9, 0, tzinfo=LONDON),
    )


def test_week_6_of_an_early_session_is_the_evening_before_and_may_leave_on_day_42():
    slot = due_times(datetime(2026, 6, 1, 7, 0, tzinfo=LONDON), LONDON, NINE, SIX)[Step.WEEK_6]
    assert slot == (datetime(2026, 7, 12, 17, 0, tzinfo=LONDON), datetime(2026, 7, 13, 18, 0, tzinfo=LONDON))


@pytest.mark.parametrize(
    ("step", "send_by"),
    [
        ("day_1", datetime(2026, 6, 3, 12, tzinfo=LONDON)),
        ("day_3", datetime(2026, 6, 6, 12, tzinfo=LONDON)),
        ("day_7", datetime(2026, 6, 11, 12, tzinfo=LONDON)),
        ("day_14", datetime(2026, 6, 20, 12, tzinfo=LONDON)),
        ("week_4", datetime(2026, 7, 6, 18, tzinfo=LONDON)),
        ("week_6", datetime(2026, 7, 13, 18, tzinfo=LONDON)),
        ("month_3", datetime(2026, 9, 13, 12, tzinfo=LONDON)),
        ("month_6", datetime(2026, 12, 12, 12, tzinfo=LONDON)),
    ],
)
def test_a_check_in_is_not_sent_late_with_wrong_words(step, send_by):
    slots = due_times(datetime(2026, 6, 1, 12, 0, tzinfo=LONDON), LONDON, NINE, SIX)
    assert slots[step][1] == send_by


def test_an_hour_that_never_happens_moves_after_it_and_one_that_happens_twice_counts_once():
    new_york = ZoneInfo("America/New_York")
    forward = due_times(datetime(2026, 3, 7, 2, 30, tzinfo=new_york), new_york, time(0), time(23, 59))
    back = due_times(datetime(2026, 10, 31, 1, 30, tzinfo=new_york), new_york, time(0), time(23, 59))
    assert (forward[Step.DAY_1][0], back[Step.DAY_1][0]) == (
        datetime(2026, 3, 8, 7, 30, tzinfo=UTC),
        datetime(2026, 11, 1, 5, 30, tzinfo=UTC),
    )


def test_opening_in_an_hour_that_never_happens_opens_after_it_and_closing_there_closes_before_it():
    new_york = ZoneInfo("America/New_York")
    ended_at = datetime(2026, 3, 7, 0, 10, tzinfo=new_york)  # the next night 02:00 becomes 03:00
    opening = due_times(ended_at, new_york, time(2, 30), time(6))[Step.DAY_1]
    closing = due_times(ended_at - 41 * DAY, new_york, time(0), time(2, 30))[Step.WEEK_6]
    assert opening[0] == datetime(2026, 3, 8, 3, 30, tzinfo=new_york)
    assert closing[1] == datetime(2026, 3, 8, 1, 30, tzinfo=new_york)


@pytest.mark.parametrize("hours", [(SIX, NINE), (NINE, NINE)])
def test_hours_that_never_open_are_refused(hours):
    with pytest.raises(ValueError, match="open before they close"):
        due_times(datetime(2026, 6, 1, tzinfo=UTC), LONDON, *hours)


def test_half_an_hour_of_sending_is_enough():
    slot = due_times(datetime(2026, 6, 1, 12, 0, tzinfo=LONDON), LONDON, NINE, time(9, 30))[Step.WEEK_6]
    assert slot == (datetime(2026, 7, 13, 9, 15, tzinfo=LONDON), datetime(2026, 7, 13, 9, 30, tzinfo=LONDON))


@settings(max_examples=400, deadline=None)
@given(sessions(), st.integers(1, 24 * 60), st.integers(1, 48))
def test_whatever_is_written_a_step_has_time_to_leave_and_is_never_early_nor_later_than_said(session, after, within):
    ended_at, *_ = session
    step = care.CareStep("own", "Own", after, within, "nothing")
    slot = care.due_times(care.CareSchedule((step,)), *session)["own"]
    assert slot.not_before <= slot.due_at < slot.send_by <= slot.due_at + timedelta(hours=within)
    assert slot.due_at >= ended_at + timedelta(hours=after) - timedelta(hours=1)  # the clocks may have gone forward


@pytest.mark.parametrize(
    ("end", "window", "due", "until"),
    [
        (time(18), (), (2, NINE), (2, time(13))),
        (time(17, 30), (), (2, NINE), (2, time(13))),
        (time(17), (), (1, time(17)), (1, SIX)),
        (time(18), (1, 5), (2, NINE), (2, SIX)),
    ],
)
def test_a_step_due_as_the_hours_close_leaves_when_they_open_or_on_the_next_day(end, window, due, until):
    step = care.CareStep("own", "Own", 24, 4, "nothing", window_days=window)
    ended_at = datetime(2026, 6, 1, end.hour, end.minute, tzinfo=LONDON)
    slot = care.due_times(care.CareSchedule((step,)), ended_at, LONDON, NINE, SIX)["own"]
    found = [moment.astimezone(LONDON) for moment in slot[:2]]
    assert [(moment.day - 1, moment.time()) for moment in found] == [due, until]


def test_what_is_asked_a_day_later_leaves_half_a_day_earlier_at_most():
    """A session that ends just before midnight, in a clinic that sends at any hour: not an hour after it."""
    ended_at = datetime(2026, 11, 28, 23, 0, tzinfo=UTC)
    slot = care.due_times(shipped_schedule(), ended_at, LONDON, time(0), time(23, 59))["day_1"]
    assert (slot.due_at, slot.due_at - slot.not_before) == (ended_at + timedelta(days=1), timedelta(hours=12))
