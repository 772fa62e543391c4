"""When things happen in the demo, counted from the moment it is loaded."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from treatments.care.schedule import due_times
from treatments.care.services import shipped_schedule
from treatments.followups.terms import Step

OPENS, LAST_BOOKING, QUARTER = time(9, 0), time(23, 45), timedelta(minutes=15)
SUNDAY = 6

# How long after the demo was loaded each of the four emails is due that a newcomer waits for.
SHOWN_AFTER = {
    Step.AFTERCARE: timedelta(seconds=25),
    Step.DAY_3: timedelta(seconds=50),
    Step.WEEK_4: timedelta(seconds=75),
    Step.WEEK_6: timedelta(seconds=100),
}
USUALLY_AFTER = {
    Step.AFTERCARE: timedelta(hours=1),
    Step.DAY_3: timedelta(days=3),
    Step.WEEK_4: timedelta(days=28),
    Step.WEEK_6: timedelta(days=42),
}


def days_ago(now: datetime, days: float, hour: int = 11, minute: int = 0) -> datetime:
    """A local time of day so many days ago; the clinic is closed on Sundays, so it was the Saturday then."""
    day = (now - timedelta(days=days)).date()
    if day.weekday() == SUNDAY:
        day -= timedelta(days=1)
    return datetime.combine(day, time(hour, minute), tzinfo=now.tzinfo)


def later_today(now: datetime, after: timedelta) -> datetime:
    """A quarter of an hour later today: from 9:00, and not past midnight whatever the hour it is loaded at."""
    opening, last = (datetime.combine(now.date(), hour, tzinfo=now.tzinfo) for hour in (OPENS, LAST_BOOKING))
    then = now + after
    rounded = then.replace(minute=then.minute // 15 * 15, second=0, microsecond=0) + QUARTER
    return max(opening, min(rounded, last))


def ended_so_that_due(step: Step, due: datetime, opens: time, closes: time) -> datetime:
    """When a session must have ended for this step's email to be due at that moment, or as shortly before as can be.

    A clock change or the end of the sending hours can move an email by up to an hour; it is then due a little
    earlier, and still in time to be sent.
    """
    zone = ZoneInfo(str(due.tzinfo))

    def due_after(ended: datetime) -> datetime:
        return due_times(shipped_schedule(), ended, zone, opens, closes)[step].due_at

    return nearest(due_after, due, due.astimezone(ZoneInfo("UTC")) - USUALLY_AFTER[step])


def nearest(due_after: Callable[[datetime], datetime], due: datetime, guess: datetime) -> datetime:
    """The end, close to the guess, whose due moment is the latest that is not after `due`."""
    off = due - due_after(guess)
    guesses = [guess, guess + off, *(guess - timedelta(minutes=minutes) for minutes in (1, 60, 61, 120))]
    in_time = [ended for ended in guesses if due_after(ended) <= due]
    return max(in_time, key=due_after)
