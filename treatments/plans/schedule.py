"""When each session of a series is due: pure dates."""

from collections.abc import Mapping
from datetime import date, timedelta


def due_dates(held: Mapping[int, date], sessions_planned: int, interval_days: int) -> dict[int, date | None]:
    """The day of each session, by number: the day it has, else an interval after the one before it.

    `held` are the days of sessions that are done or booked. Without any the days are not known yet: None.
    With session 1 held on 1 June and an interval of 28 days, session 2 is due on 29 June.
    """
    due: dict[int, date | None] = {}
    before: date | None = None
    for number in range(1, sessions_planned + 1):
        after = before + timedelta(days=interval_days) if before else None
        before = due[number] = held.get(number, after)
    return due


def too_soon(day: date, last: date | None, interval_days: int) -> str:
    """Words when a session would come sooner after the last one than planned, else ""."""
    if last is None or (day - last).days >= interval_days:
        return ""
    days = (day - last).days
    gap = "on the day of" if days == 0 else f"{days} {'day' if days == 1 else 'days'} after"
    return f"This is {gap} the last session; the plan leaves {interval_days} days between sessions."
