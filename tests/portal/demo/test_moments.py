"""When things happen in the demo."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.demo.moments import SHOWN_AFTER, days_ago, ended_so_that_due, later_today
from treatments.care.schedule import due_times
from treatments.care.services import shipped_schedule
from treatments.followups.terms import Step

LONDON = ZoneInfo("Europe/London")
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
ALL_DAY = (time(0, 0), time(23, 59))
MOMENTS = st.integers(0, 3 * 366 * 24 * 60).map(lambda minutes: NEW_YEAR + timedelta(minutes=minutes))


@given(now=MOMENTS, step=st.sampled_from(list(SHOWN_AFTER)))
def test_whatever_the_hour_the_email_is_due_when_a_newcomer_watches(now, step):
    now = now.astimezone(LONDON)
    wanted = now + SHOWN_AFTER[step]
    ended = ended_so_that_due(step, wanted, *ALL_DAY)
    slot = due_times(shipped_schedule(), ended, LONDON, *ALL_DAY)[step]
    assert ended < now
    assert slot.due_at <= wanted < slot.send_by


@pytest.mark.parametrize("step", list(SHOWN_AFTER))
def test_at_an_ordinary_hour_it_is_due_to_the_second(step):
    wanted = datetime(2026, 7, 15, 14, 30, 25, tzinfo=LONDON)
    ended = ended_so_that_due(step, wanted, *ALL_DAY)
    assert due_times(shipped_schedule(), ended, LONDON, *ALL_DAY)[step].due_at == wanted


def test_an_aftercare_is_due_an_hour_after_the_session():
    wanted = datetime(2026, 7, 15, 14, 30, tzinfo=LONDON)
    assert ended_so_that_due(Step.AFTERCARE, wanted, *ALL_DAY) == wanted - timedelta(hours=1)


@pytest.mark.parametrize(
    ("now", "booked"),
    [
        ("2026-07-15T14:02", "2026-07-15T14:45"),
        ("2026-07-15T03:00", "2026-07-15T09:00"),
        ("2026-07-15T23:50", "2026-07-15T23:45"),
    ],
)
def test_a_session_later_today_is_today_at_any_hour(now, booked):
    now, booked = (datetime.fromisoformat(words).replace(tzinfo=LONDON) for words in (now, booked))
    assert later_today(now, timedelta(minutes=30)) == booked


def test_the_clinic_was_closed_on_sundays():
    monday = datetime(2026, 6, 1, 13, tzinfo=LONDON)
    assert days_ago(monday, 1, 15) == datetime(2026, 5, 30, 15, tzinfo=LONDON)
