"""May this session start, and may it be completed: pure rules that say what is missing and what cures it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from treatments.plans.guidance import ZoneDepth, zones_refusal


@dataclass(frozen=True)
class Facts:
    """What is known about a session on the day it is to be done."""

    on: date
    client_archived: bool
    plan_running: bool
    practitioner: str
    practitioner_left: bool
    screening_problem: str  # "" = an accepted screening holds that day
    needling: str  # such as "radio-frequency needling"
    certified_mm: Decimal | None  # None = no valid certificate that day for this kind of device
    zones: tuple[ZoneDepth, ...]


class Check(NamedTuple):
    """One condition in words, and why it does not hold ("" = it holds)."""

    words: str
    problem: str


def checks(facts: Facts) -> list[Check]:
    """Every condition for treating on that day."""
    return [
        Check("The client is on your list", _client(facts)),
        Check("The plan is running", _plan(facts)),
        Check("An accepted screening holds today for this plan", facts.screening_problem),
        Check(f"{facts.practitioner} works here and has a valid certificate", _certificate(facts)),
        Check("The certificate covers the planned depths", _depths(facts)),
    ]


def may_start(facts: Facts) -> list[str]:
    """Why the session cannot go ahead, one sentence each; empty when it may."""
    return [check.problem for check in checks(facts) if check.problem]


def ended_at_problem(*, started_at: datetime, ended_at: datetime, at: datetime) -> str:
    """Why a session cannot have ended then, else ""."""
    if ended_at > at:
        return "The end is in the future. Write when the session ended."
    if ended_at < started_at:
        return "The end is before the start. Check the date and time."
    return ""


def lowest_free(taken: Iterable[int], planned: int) -> int | None:
    """The number of the next session to book; None when all of the plan's are taken."""
    used = set(taken)
    return next((number for number in range(1, planned + 1) if number not in used), None)


def _client(facts: Facts) -> str:
    return "This client is archived. Restore the client first." if facts.client_archived else ""


def _plan(facts: Facts) -> str:
    return "" if facts.plan_running else "The plan is stopped or completed. Make a new plan and book from there."


def _certificate(facts: Facts) -> str:
    if facts.practitioner_left:
        return f"{facts.practitioner} no longer works here. Cancel this session, change the plan, and book again."
    if facts.certified_mm is None:
        return (
            f"{facts.practitioner} has no valid certificate for {facts.needling} on {facts.on:%-d %b %Y}. "
            "Add one under Clinic, or choose another practitioner in the plan and book again."
        )
    return ""


def _depths(facts: Facts) -> str:
    if facts.certified_mm is None:
        return "No valid certificate says how deep."
    return zones_refusal(facts.zones, facts.certified_mm)
