"""What can be done with a session: book, start, complete, cancel; and put a completed one right."""

from treatments.sessions.services.corrections import correct_end, reopen_session
from treatments.sessions.services.facts import ZoneDone, decision_in_force, done_facts, planned_facts, planned_zones
from treatments.sessions.services.refusals import (
    AllBooked,
    AlreadyCompleted,
    ClientArchived,
    ConditionsNotMet,
    MayNotReopen,
    MayNotStart,
    NotBooked,
    NotCompleted,
    NotInProgress,
    NotOnThatDay,
    NotStanding,
    NotWhole,
    OddEnd,
    PlanNotRunning,
    ReasonMissing,
    SameEnd,
)
from treatments.sessions.services.steps import book_session, cancel_session, complete_session, start_session

__all__ = [
    "AllBooked",
    "AlreadyCompleted",
    "ClientArchived",
    "ConditionsNotMet",
    "MayNotReopen",
    "MayNotStart",
    "NotBooked",
    "NotCompleted",
    "NotInProgress",
    "NotOnThatDay",
    "NotStanding",
    "NotWhole",
    "OddEnd",
    "PlanNotRunning",
    "ReasonMissing",
    "SameEnd",
    "ZoneDone",
    "book_session",
    "cancel_session",
    "complete_session",
    "correct_end",
    "decision_in_force",
    "done_facts",
    "planned_facts",
    "planned_zones",
    "reopen_session",
    "start_session",
]
