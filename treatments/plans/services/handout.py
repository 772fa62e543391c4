"""The plan as a client takes it home: one page, in their language. What, when, what to expect when, what to avoid."""

from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import formats, timezone, translation
from django.utils.translation import gettext

from clients.records.terms import Goal
from portal.practice.paper import letterhead, make_pdf
from treatments.plans.models import Plan
from treatments.plans.services.series import Line, lines_of
from treatments.plans.terms import Aftercare

PAPER = Path(__file__).parent.parent / "handout.typ"
# What a client is told where the plan, made before there were protocols, does not say.
USUAL = [one for one in Aftercare if one != Aftercare.FRICTION]
# What fits on the page at which size of type, in points: the longest first.
SIZES = ((36, 8.5), (28, 9.5), (0, 10.5))


def make_handout(plan: Plan, on: date) -> bytes:
    """A tagged PDF of one page, as things stand on that day."""
    with translation.override(plan.client.language), timezone.override(ZoneInfo(plan.clinic.time_zone)):
        parts = [_what(plan), _when(plan, on), _expect(), _avoid(plan)]
        many = sum(len(part["facts"]) + len(part["points"]) for part in parts)
        data = {
            "language": plan.client.language,
            "title": gettext("Your treatment plan"),
            "clinic": letterhead(plan.clinic),
            "size": next(size for least, size in SIZES if many >= least),
            "parts": parts,
            "footer": f"{plan.client} · {_day(on)}",
        }
        return make_pdf(PAPER, data)


def _part(title: str, facts: list[tuple[str, str]] | None = None, points: list[str] | None = None) -> dict[str, Any]:
    return {"title": title, "facts": facts or [], "points": points or []}


def _what(plan: Plan) -> dict[str, Any]:
    zones = ", ".join(str(row.get_zone_display()) for row in plan.zones.order_by("pk"))
    facts = [
        (gettext("For"), str(plan.client)),
        (gettext("With"), str(plan.practitioner)),
        (gettext("What you hope for"), ", ".join(str(Goal(goal).label) for goal in plan.goals)),
        (gettext("Micro-needling of"), zones),
        (gettext("Number of sessions"), str(plan.sessions_planned)),
        (gettext("Days between sessions, about"), str(plan.interval_days) if plan.sessions_planned > 1 else ""),
        (gettext("Numbing cream"), gettext("Yes, before each session") if plan.topical_anaesthetic else ""),
        (gettext("Price"), plan.price_note),
    ]
    return _part(gettext("What"), facts=[fact for fact in facts if fact[1]])


def _when(plan: Plan, on: date) -> dict[str, Any]:
    number = gettext("Session %(number)d")
    return _part(
        gettext("When"), facts=[(number % {"number": line.number}, _line(line)) for line in lines_of(plan, on)]
    )


def _line(line: Line) -> str:
    """The day of a session in the client's words."""
    if line.session and line.session.state == "completed":
        return gettext("done on %(day)s") % {"day": _day(timezone.localdate(line.session.takes_place_at))}
    if line.session and not line.missed:
        at = timezone.localtime(line.session.scheduled_for)
        return gettext("booked for %(time)s") % {"time": formats.date_format(at, "DATETIME_FORMAT")}
    if line.day and line.day >= line.on:
        return gettext("about %(day)s; not booked yet") % {"day": _day(line.day)}
    return gettext("not booked yet")


def _expect() -> dict[str, Any]:
    points = [
        gettext("At once: many people see a glow. Redness, warmth and a little swelling usually settle within days."),
        gettext("Days two and three: dry, flaky or itchy skin. Please do not pick at it."),
        gettext("Four to six weeks after a session: the first results often show."),
        gettext("For three to six months: skin can go on improving."),
        gettext("Everybody’s skin is different, so nobody can promise how yours will change."),
    ]
    return _part(gettext("What to expect when"), points=points)


def _avoid(plan: Plan) -> dict[str, Any]:
    points = [str(Aftercare(one).label) for one in plan.aftercare or USUAL]
    worry = gettext(
        "Call the clinic at once for severe pain, blisters, pus, redness that spreads, swelling that grows, or a "
        "temperature; call the emergency number for trouble breathing or swelling of the lips, tongue or face."
    )
    return _part(gettext("After each session: what to do, and what to avoid"), points=[*points, worry])


def _day(day: date) -> str:
    return formats.date_format(day, "DATE_FORMAT")
