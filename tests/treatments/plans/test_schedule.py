from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from treatments.plans.schedule import due_dates, too_soon

JUNE_1 = date(2026, 6, 1)
days = st.dates(min_value=date(2020, 1, 1), max_value=date(2030, 1, 1))


def test_a_series_counts_on_from_the_last_session_that_has_a_day():
    held = {1: JUNE_1, 2: date(2026, 7, 10)}
    assert due_dates(held, 4, 28) == {1: JUNE_1, 2: date(2026, 7, 10), 3: date(2026, 8, 7), 4: date(2026, 9, 4)}


def test_without_any_session_no_day_is_known():
    assert due_dates({}, 2, 28) == {1: None, 2: None}


@given(days, st.integers(1, 12), st.integers(7, 365))
def test_sessions_lie_an_interval_apart(first, planned, interval):
    due = due_dates({1: first}, planned, interval)
    assert list(due.values()) == [first + timedelta(days=interval) * n for n in range(planned)]


@given(days, st.integers(0, 800), st.integers(7, 365))
def test_too_soon_is_said_exactly_below_the_interval(last, gap, interval):
    assert (too_soon(last + timedelta(days=gap), last, interval) == "") == (gap >= interval)


@pytest.mark.parametrize(
    ("gap", "start"),
    [(0, "This is on the day of the"), (1, "This is 1 day after the"), (27, "This is 27 days after the")],
)
def test_the_words_count_the_days(gap, start):
    words = f"{start} last session; the plan leaves 28 days between sessions."
    assert too_soon(JUNE_1 + timedelta(days=gap), JUNE_1, 28) == words


def test_a_first_session_is_never_too_soon():
    assert too_soon(JUNE_1, None, 28) == ""
