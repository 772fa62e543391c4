"""When each session of a series is due: pure dates."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from treatments.care.schedule import WINDOW_CLOSES, WINDOW_OPENS

OVERDUE_AFTER = timedelta(days=7)  # a house rule: so long after its day somebody should call the client


# Source: docs/clinical.md section 3. What is expected heals within a week; improvement goes on for three to six months;
# maintenance every six to twelve. When first results show is the care schedule's window.
HEALS_IN, IMPROVES_UNTIL, MAINTENANCE_UNTIL = timedelta(days=7), timedelta(days=183), timedelta(days=366)


class Span(NamedTuple):
    """One stretch of a course: of what kind, after which session, from when to when."""

    kind: str  # session, healing, results, improving or maintenance
    number: int
    first: date
    last: date


def course(days: Mapping[int, date | None]) -> list[Span]:
    """Everything that comes of a series, in order: each session, its healing, its results window; then what follows.

    `days` are those of the sessions, by number; one without a day has no place yet.
    """
    known = {number: day for number, day in days.items() if day}
    spans = [span for number, day in known.items() for span in _after(number, day)]
    if known:
        number, day = max(known.items(), key=lambda pair: pair[1])
        spans.append(Span("improving", number, day + WINDOW_CLOSES, day + IMPROVES_UNTIL))
        spans.append(Span("maintenance", number, day + IMPROVES_UNTIL, day + MAINTENANCE_UNTIL))
    return sorted(spans, key=lambda span: (span.first, span.last, span.number))


def _after(number: int, day: date) -> list[Span]:
    return [
        Span("session", number, day, day),
        Span("healing", number, day, day + HEALS_IN),
        Span("results", number, day + WINDOW_OPENS, day + WINDOW_CLOSES),
    ]


def due_dates(
    held: Mapping[int, date], sessions_planned: int, interval_days: int, on: date | None = None
) -> dict[int, date | None]:
    """The day of each session, by number: the day it has, else an interval after the one before it.

    `held` are the days of sessions that are done or booked. Without any the days are not known yet: None.
    With session 1 held on 1 June and an interval of 28 days, session 2 is due on 29 June. When that has passed and
    today is `on`, those after it count from today at the earliest: it cannot be done sooner any more.
    """
    due: dict[int, date | None] = {}
    before: date | None = None
    for number in range(1, sessions_planned + 1):
        after = before + timedelta(days=interval_days) if before else None
        before = due[number] = held.get(number, after)
        if before and on and number not in held:
            before = max(before, on)
    return due


def redated(
    before: Mapping[int, date | None], after: Mapping[int, date | None], held: Collection[int]
) -> dict[int, tuple[date, date]]:
    """The sessions still to be booked whose day is another now, by number: (the day before, the day now).

    `held` are the sessions that have a day of their own, before or after.
    """
    moved = {}
    for number, now in after.items():
        then = before.get(number)
        if then and now and then != now and number not in held:
            moved[number] = (then, now)
    return moved


def too_soon(day: date, last: date | None, interval_days: int) -> str:
    """Words when a session would come sooner after the last one than planned, else ""."""
    if last is None or (day - last).days >= interval_days:
        return ""
    days = (day - last).days
    gap = "on the day of" if days == 0 else f"{days} {'day' if days == 1 else 'days'} after"
    return f"This is {gap} the last session; the plan leaves {interval_days} days between sessions."
