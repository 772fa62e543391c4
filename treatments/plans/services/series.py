"""The days of a plan's series: what is held, what is due; and what is said when they move."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from django.db import transaction

from portal.audit.models import AuditEvent
from portal.audit.services import record
from treatments.plans.models import Plan
from treatments.plans.schedule import due_dates, redated

if TYPE_CHECKING:
    from treatments.sessions.models import Session

P = ParamSpec("P")
R = TypeVar("R")
REDATED, SHOWN = "plan.redated", 5


@dataclass(frozen=True)
class Line:
    """One session of a series, and how it stands on a day."""

    number: int
    day: date | None  # the day it has, or is due
    on: date
    session: "Session | None"
    missed: bool  # booked for a day that has passed, and not done

    @property
    def days_late(self) -> int:
        """How many days ago it was due, when nothing is booked; else 0."""
        if self.day is None or (self.session and not self.missed):
            return 0
        return max((self.on - self.day).days, 0)


def lines_of(plan: Plan, on: date) -> list[Line]:
    """The series in order, as it stands on that day."""
    sessions = _sessions(plan)
    held = _held(plan, on, sessions)
    due = due_dates(held, plan.sessions_planned, plan.interval_days, on)
    lines = []
    for number, day in due.items():
        session = sessions.get(number)
        missed = session is not None and number not in held
        booked_for = plan.clinic.local_day(session.takes_place_at) if session and missed else None
        lines.append(Line(number, booked_for or day, on, session, missed))
    return lines


def redates(verb: Callable[P, R]) -> Callable[P, R]:
    """A verb of a plan or of one of its sessions, after which the days that have moved are written down.

    The verb has `session` or `plan`, `by` and `at`; what it wrote is said by said_of().
    """

    @wraps(verb)
    @transaction.atomic
    def told(*args: P.args, **kwargs: P.kwargs) -> R:
        said: dict[str, Any] = kwargs
        plan = Plan.objects.held(said["plan"] if "plan" in said else said["session"].plan)
        on = plan.clinic.local_day(said["at"])
        before, held = _due(plan, on)
        result = verb(*args, **kwargs)
        plan.refresh_from_db(fields=["sessions_planned", "interval_days"])
        after, held_now = _due(plan, on)
        if moved := redated(before, after, held | held_now):
            days = {str(number): [then.isoformat(), now.isoformat()] for number, (then, now) in moved.items()}
            record(clinic=plan.clinic, action=REDATED, subject=plan, at=said["at"], by=said["by"], sessions=days)
        return result

    return told


def said_of(plan: Plan, since: datetime) -> str:
    """What moved in the series since that time, in a sentence; "" when nothing did."""
    event = _redatings(plan).filter(at__gte=since).first()
    return in_words(event) if event else ""


def redatings(plan: Plan) -> list[tuple[AuditEvent, str]]:
    """The last times that days of the series moved, the newest first, each with its sentence."""
    return [(event, in_words(event)) for event in _redatings(plan).select_related("actor")[:SHOWN]]


def in_words(event: AuditEvent) -> str:
    """Which sessions are due on other days now, such as "Session 3 is due on 8 Jul 2026 now (1 Jul 2026 before)."."""
    said = [
        f"session {number} is due on {_day(now)} now ({_day(before)} before)"
        for number, (before, now) in sorted(event.facts["sessions"].items(), key=lambda pair: int(pair[0]))
    ]
    return f"S{'; '.join(said)[1:]}."


def _redatings(plan: Plan) -> Any:
    return AuditEvent.objects.filter(subject_type="plan", subject_id=plan.pk, action=REDATED)


def _day(iso: str) -> str:
    return f"{date.fromisoformat(iso):%-d %b %Y}"


def _due(plan: Plan, on: date) -> tuple[dict[int, date | None], set[int]]:
    """The days of the series, and the numbers of the sessions that have a day of their own."""
    held = _held(plan, on, _sessions(plan))
    return due_dates(held, plan.sessions_planned, plan.interval_days, on), set(held)


def _sessions(plan: Plan) -> "dict[int, Session]":
    """By number, those cancelled left out. Sessions lie above plans in the layers: asked by name only."""
    return {session.number: session for session in plan.sessions.standing().select_related("as_amended")}


def _held(plan: Plan, on: date, sessions: "dict[int, Session]") -> dict[int, date]:
    """The days of the sessions that are done, or booked for today or later: one whose day has passed was missed."""
    days = {number: plan.clinic.local_day(session.takes_place_at) for number, session in sessions.items()}
    return {number: day for number, day in days.items() if day >= on or sessions[number].state != "booked"}
