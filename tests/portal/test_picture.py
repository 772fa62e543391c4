"""Where a series stands, as a drawing."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from portal.client_page.picture import LEFT, RIGHT, Booked, Done, Mark, draw

JUNE = date(2026, 6, 1)


def test_a_fresh_plan_starts_today():
    picture = draw(done=[], booked=[], planned=3, interval_days=28, last_done=None, on=JUNE)
    assert (picture.band, picture.today_x) == (None, LEFT)
    assert picture.marks == [
        Mark(1, 4.0, "due", "Session 1: due on 1 Jun 2026."),
        Mark(2, 50.0, "planned", "Session 2: planned for about 29 Jun 2026."),
        Mark(3, 96.0, "planned", "Session 3: planned for about 27 Jul 2026."),
    ]


def test_after_a_session_the_next_is_due_an_interval_later_and_the_window_is_drawn():
    picture = draw(
        done=[Done(1, date(2026, 5, 4))], booked=[], planned=2, interval_days=28, last_done=date(2026, 5, 4), on=JUNE
    )
    assert picture.words == [
        "Session 1: done on 4 May 2026.",
        "Session 2: due on 1 Jun 2026.",
        "Results window: open since 1 Jun 2026, until 15 Jun 2026.",
    ]
    assert picture.band is not None
    assert (picture.band.x, picture.today_x, picture.band.anchor) == (65.33, 65.33, "middle")


def test_an_overdue_session_stays_shown_as_due_and_the_rest_count_from_today():
    picture = draw(
        done=[Done(1, date(2026, 1, 5))], booked=[], planned=3, interval_days=28, last_done=date(2026, 1, 5), on=JUNE
    )
    assert picture.words == [
        "Session 1: done on 5 Jan 2026.",
        "Session 2: was due on 2 Feb 2026.",
        "Session 3: planned for about 29 Jun 2026.",
        "Results window: 2 Feb 2026 to 16 Feb 2026, now closed.",
    ]


def test_a_booked_session_moves_the_ones_after_it():
    picture = draw(done=[], booked=[Booked(1, date(2026, 6, 10))], planned=2, interval_days=30, last_done=None, on=JUNE)
    assert picture.words == [
        "Session 1: booked for 10 Jun 2026.",
        "Session 2: planned for about 10 Jul 2026.",
    ]


@given(
    planned=st.integers(1, 12),
    done=st.integers(0, 12),
    interval=st.integers(7, 365),
    ago=st.integers(0, 2000),
)
def test_everything_lies_on_the_line(planned, done, interval, ago):
    last = JUNE - timedelta(days=ago) if done else None
    sessions = [Done(n, last - timedelta(days=7 * (done - n))) for n in range(1, done + 1)] if last else []
    picture = draw(done=sessions, booked=[], planned=planned, interval_days=interval, last_done=last, on=JUNE)
    places = [mark.x for mark in picture.marks] + [picture.today_x]
    places += [picture.band.x, picture.band.x + picture.band.width] if picture.band else []
    assert all(LEFT <= place <= RIGHT + 0.02 for place in places)
    assert len(picture.marks) == max(planned, done)
