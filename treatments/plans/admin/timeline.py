"""A plan's course as a drawing and as the list that says the same: sessions, healing, results windows, maintenance."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from treatments.plans.models import Plan
from treatments.plans.schedule import Span, course
from treatments.plans.services import lines_of

WORDS = {
    "session": "Session {number}",
    "healing": "Healing after session {number}",
    "results": "Results window of session {number}",
    "improving": "Skin can go on improving",
    "maintenance": "Maintenance",
}
ABOUT = {
    "session": "",
    "healing": "What is expected usually settles within a week.",
    "results": "First results often show four to six weeks after a session.",
    "improving": "For three to six months after the last session.",
    "maintenance": "A session every six to twelve months, if the client wishes it.",
}
ROWS = ("session", "healing", "results", "improving", "maintenance")
WIDTH, ROW, BAR, TICK = 1000, 14, 10, 8  # of the drawing, in its own units


@dataclass(frozen=True)
class Bar:
    """One rectangle of the drawing."""

    kind: str
    x: float
    y: int
    width: float


def timeline_of(plan: Plan, on: date) -> dict[str, Any]:
    """What the page shows of a plan's course on a day; no entries while no session has a day."""
    lines = lines_of(plan, on)
    days = {line.number: line.day for line in lines if plan.is_running or (line.session and not line.missed)}
    why = {line.number: "missed" if line.missed else "not booked" for line in lines if line.missed or not line.session}
    # Nothing comes of a session that was missed: no healing, no results, and nothing after it.
    missed = {line.number for line in lines if line.missed}
    spans = [span for span in course(days) if span.kind == "session" or span.number not in missed]
    return {
        "entries": [entry_of(span, on, why.get(span.number, "") if span.kind == "session" else "") for span in spans],
        "bars": bars_of(spans, on),
        "height": ROW * len(ROWS),
        "width": WIDTH,
    }


def entry_of(span: Span, on: date, but: str) -> dict[str, Any]:
    """One line of the list: when, "" or why that is not sure, what, and whether that is now or to come."""
    when = in_days(span)
    return {
        "kind": span.kind,
        "first": span.first,
        "when": f"{when}, {but}" if but else when,
        "what": WORDS[span.kind].format(number=span.number),
        "about": ABOUT[span.kind],
        "ahead": span.first > on,
        "now": span.first <= on <= span.last,
    }


def in_days(span: Span) -> str:
    """From when to when, as people write it."""
    last = f"{span.last:%-d %b %Y}"
    if span.first == span.last:
        return last
    year = "" if span.first.year == span.last.year else f" {span.first.year}"
    return f"{span.first:%-d %b}{year} to {last}"


def bars_of(spans: Sequence[Span], on: date) -> list[Bar]:
    """The drawing: a row for each kind, days from left to right, and a line through all rows for today."""
    if not spans:
        return []
    first = min(on, *(span.first for span in spans))
    unit = WIDTH / ((max(on, *(span.last for span in spans)) - first).days + 1)

    def place(day: date) -> float:
        return round((day - first).days * unit, 1)

    bars = [
        Bar(
            span.kind,
            place(span.first),
            ROWS.index(span.kind) * ROW,
            max(TICK, round(((span.last - span.first).days + 1) * unit, 1)),
        )
        for span in spans
    ]
    return [*bars, Bar("today", place(on), 0, 2)]
