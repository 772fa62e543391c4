"""A plan's series as its page shows it: each session with its day, and how it stands."""

from datetime import date
from typing import Any

from django.utils import timezone

from portal.adminsite.options import badge
from treatments.plans.models import Plan
from treatments.plans.schedule import OVERDUE_AFTER
from treatments.plans.services import Line, lines_of

DONE_BADGES = {"booked": "info", "in_progress": "warn", "completed": "ok"}


def series_of(plan: Plan, on: date) -> list[dict[str, Any]]:
    """Each session of the series as its line says it: number, day in words, the session once there is one, badge."""
    return [
        {"number": line.number, "session": line.session, "day": day_of(line), "badge": badge_of(line)}
        for line in lines_of(plan, on)
    ]


def day_of(line: Line) -> str:
    """The day of a session of the series, in words."""
    if line.session:
        return f"{timezone.localtime(line.session.takes_place_at):%-d %b %Y, %H:%M}"
    return f"due {line.day:%-d %b %Y}" if line.day else "not booked yet"


def badge_of(line: Line) -> str:
    """How it stands: its own state, missed, or how long nothing is booked for it."""
    if line.session:
        if line.missed:
            return badge("warn", f"Missed: {days(line.days_late)} ago. Move it, start it or cancel it")
        return badge(DONE_BADGES[line.session.state], line.session.get_state_display())
    if not line.days_late:
        return ""
    return badge("bad" if line.days_late > OVERDUE_AFTER.days else "warn", f"Overdue by {days(line.days_late)}")


def days(number: int) -> str:
    """A number of days in words."""
    return f"{number} day{'' if number == 1 else 's'}"
