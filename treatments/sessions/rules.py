"""May this session start, and may it be completed: pure rules that say what is missing and what cures it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from treatments.plans.guidance import ZoneDepth, in_mm, zones_refusal
from treatments.products.terms import DEEP_MM, GREATEST_MM, Zone
from treatments.screening.rules import age_on
from treatments.sessions.terms import MOST_PASSES, MOST_POINTS, SIDE, Ground

ODD_PASSES = f"Write the number of passes, from 1 to {MOST_PASSES}."
ADULT = 18  # docs/clinical.md section 1; completed years on the day


class ZoneDone(NamedTuple):
    """How one zone was needled: how deep, how often, and what was seen when it was enough."""

    zone: str
    depth_mm: Decimal
    reason: str = ""
    passes: int | None = None
    endpoint: str = ""


class PointNoted(NamedTuple):
    """A note at one point of the chart; x and y from the drawing's left and top."""

    zone: str
    x: int
    y: int
    note: str


class Middle(NamedTuple):
    """Where a zone's depth is written on its drawing, and where a point is put when nobody tapped a place."""

    drawing: str
    x: int
    y: int
    point_x: int
    point_y: int


# Points stand beside the number: on the other side, where the zone has two, else below it.
MIDDLES: dict[str, Middle] = {
    Zone.SCALP: Middle("face", 500, 105, 400, 115),
    Zone.FULL_FACE: Middle("face", 318, 350, 682, 350),
    Zone.FOREHEAD: Middle("face", 500, 240, 420, 235),
    Zone.PERIORBITAL: Middle("face", 395, 316, 605, 352),
    Zone.NOSE: Middle("face", 500, 440, 500, 390),
    Zone.CHEEKS: Middle("face", 380, 480, 620, 450),
    Zone.UPPER_LIP: Middle("face", 500, 517, 440, 570),
    Zone.CHIN: Middle("face", 500, 645, 420, 625),
    Zone.NECK: Middle("face", 500, 770, 440, 770),
    Zone.DECOLLETE: Middle("face", 500, 910, 400, 910),
    Zone.HANDS: Middle("body", 131, 555, 409, 555),
    Zone.ABDOMEN: Middle("body", 270, 425, 270, 375),
    Zone.THIGHS: Middle("body", 226, 600, 314, 600),
    Zone.BODY: Middle("body", 730, 300, 730, 350),
}


def middle_of(zone: str) -> Middle:
    """Where a zone lies."""
    return MIDDLES[zone]


@dataclass(frozen=True)
class Facts:
    """What is known about a session on the day it is to be done. A problem is a sentence with its cure; "" = none."""

    on: date
    client_archived: bool
    born: date
    plan_running: bool
    practitioner: str
    practitioner_left: bool
    screening_problem: str
    confirmation_problem: str
    consent_problem: str
    needling: str  # such as "radio-frequency needling"
    certified_mm: Decimal | None  # None = no valid certificate that day for this kind of device
    zones: tuple[ZoneDepth, ...]
    is_rf: bool = False
    in_scotland: bool = False
    permitted_premises: bool = False
    last_done: date | None = None  # the client's last session, in any plan
    interval_days: int = 0
    red_flag_open: bool = False
    case_open: bool = False
    another_in_progress: bool = False


class Check(NamedTuple):
    """One condition in words, and why it does not hold ("" = it holds)."""

    ground: Ground
    words: str
    problem: str


def checks(facts: Facts) -> list[Check]:
    """Every condition for treating on that day."""
    found = [
        Check(Ground.CLIENT, "The client is on your list", _client(facts)),
        Check(Ground.AGE, "The client is 18 or older", _age(facts)),
        Check(Ground.PLAN, "The plan is running", _plan(facts)),
        Check(Ground.SCREENING, "An accepted screening holds for this plan", facts.screening_problem),
        Check(Ground.CONFIRMATION, "The client’s answers are new, or confirmed", facts.confirmation_problem),
        Check(Ground.CONSENT, "A consent to this treatment is in force", facts.consent_problem),
        Check(
            Ground.CERTIFICATE,
            f"{facts.practitioner} works here and is certified for this device and these depths",
            _certified(facts),
        ),
        Check(Ground.INTERVAL, _since_last(facts), _interval(facts)),
        Check(Ground.RED_FLAG, "No warning sign is open", _red_flag(facts)),
        Check(Ground.CASE, "No reaction is open", _case(facts)),
        Check(Ground.ALONE, "No other session of the client is in progress", _alone(facts)),
    ]
    return [*found, Check(Ground.PREMISES, "The premises allow it", _premises(facts))] if facts.in_scotland else found


def may_start(facts: Facts) -> list[str]:
    """Why the session cannot go ahead, one sentence each; empty when it may."""
    return [check.problem for check in checks(facts) if check.problem]


def not_met(conditions: Iterable[str], met: Iterable[str]) -> bool:
    """Whether a condition that the screening was accepted with is not said to be met."""
    return not set(conditions) <= set(met)


def ended_at_problem(*, started_at: datetime, ended_at: datetime, at: datetime) -> str:
    """Why a session cannot have ended then, else ""."""
    if ended_at > at:
        return "The end is in the future. Write when the session ended."
    if ended_at < started_at:
        return "The end is before the start. Check the date and time."
    return ""


def device_problem(zone: ZoneDone, device: str, deepest: Decimal | None) -> str:
    """Why a zone cannot have been needled that deep with this device, else ""."""
    if deepest is None or zone.depth_mm <= deepest:
        return ""
    return f"The {device} goes to at most {in_mm(deepest)} mm, and {in_mm(zone.depth_mm)} mm is deeper."


def chart_problems(zones: Iterable[ZoneDone], points: Sequence[PointNoted]) -> list[str]:
    """Why passes or points cannot be written down like this, one sentence each."""
    odd = [zone for zone in zones if zone.passes is not None and not 1 <= zone.passes <= MOST_PASSES]
    found = [f"{Zone(zone.zone).label}: {ODD_PASSES}" for zone in odd]
    if len(points) > MOST_POINTS:
        found.append(f"At most {MOST_POINTS} points are noted on a chart. Write the rest in the notes.")
    for number, point in enumerate(points, start=1):
        if not point.note.strip():
            found.append(f"Point {number}: write the note.")
        if not (0 <= point.x <= SIDE and 0 <= point.y <= SIDE):
            found.append(f"Point {number}: it is not on the drawing.")
    return found


def passes_advice(zone: ZoneDone, least: int | None, most: int | None) -> str:
    """Warning words when there were fewer or more passes than the plan says, else ""."""
    if zone.passes is None or least is None or most is None or least <= zone.passes <= most:
        return ""
    planned = f"{least} to {most}" if least < most else f"{least}"
    return f"{Zone(zone.zone).label}: the plan says {planned} passes. You wrote {zone.passes}."


def lowest_free(taken: Iterable[int], planned: int) -> int | None:
    """The number of the next session to book; None when all of the plan's are taken."""
    used = set(taken)
    return next((number for number in range(1, planned + 1) if number not in used), None)


def _since_last(facts: Facts) -> str:
    if facts.last_done is None:
        return "This is the client's first session here"
    return f"{facts.interval_days} days have passed since the last session"


def _client(facts: Facts) -> str:
    return "This client is archived. Restore the client first." if facts.client_archived else ""


def _plan(facts: Facts) -> str:
    return "" if facts.plan_running else "The plan is stopped or completed. Make a new plan and book from there."


def _age(facts: Facts) -> str:
    if age_on(facts.on, facts.born) >= ADULT:
        return ""
    return (
        f"The client is not {ADULT} on {facts.on:%-d %b %Y}. They cannot be treated before that birthday; "
        "if the date of birth in the record is wrong, correct it."
    )


def _certified(facts: Facts) -> str:
    if facts.practitioner_left:
        return f"{facts.practitioner} no longer works here. Cancel this session, change the plan, and book again."
    if facts.certified_mm is None:
        return (
            f"{facts.practitioner} has no valid certificate for {facts.needling} on {facts.on:%-d %b %Y}. "
            "Add one under Clinic, or choose another practitioner in the plan and book again."
        )
    return _depths(facts.zones, facts.certified_mm)


def _depths(zones: Sequence[ZoneDepth], certified_mm: Decimal) -> str:
    """What is wrong with each zone; beyond the certificate, what would cure it."""
    each = [said for zone in zones if (said := zones_refusal([zone], certified_mm))]
    if any(certified_mm < zone.depth_mm <= GREATEST_MM for zone in zones):
        each.append("Needle less deep, or add a certificate that allows it under Clinic.")
    return " ".join(each) or zones_refusal(zones, certified_mm)


def _interval(facts: Facts) -> str:
    if facts.last_done is None or (facts.on - facts.last_done).days >= facts.interval_days:
        return ""
    first = facts.last_done + timedelta(days=facts.interval_days)
    return (
        f"The last session was on {facts.last_done:%-d %b %Y}, and the plan leaves {facts.interval_days} days "
        f"between sessions. Treat on {first:%-d %b %Y} or later."
    )


def _red_flag(facts: Facts) -> str:
    if not facts.red_flag_open:
        return ""
    return "A warning sign in the client's answers waits for somebody to act on it. Act on the red flag first."


def _case(facts: Facts) -> str:
    if not facts.case_open:
        return ""
    return "A reaction of the client is not over. Close the case first, once the skin has healed or a doctor agrees."


def _alone(facts: Facts) -> str:
    if not facts.another_in_progress:
        return ""
    return "Another session of this client is in progress. Complete or cancel that one first."


def _premises(facts: Facts) -> str:
    deep = facts.is_rf or any(zone.depth_mm >= DEEP_MM for zone in facts.zones)
    if not deep or facts.permitted_premises:
        return ""
    return (
        "In Scotland, 1.5 mm or deeper and radio frequency belong on permitted premises only. "
        "Plan less than 1.5 mm, or tick “permitted premises” under Clinic if yours are."
    )
