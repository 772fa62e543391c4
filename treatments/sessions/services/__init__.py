"""What can be done with a session: book, start, complete, cancel."""

from treatments.sessions.services.facts import ZoneDone, decision_in_force, done_facts, planned_facts, planned_zones
from treatments.sessions.services.refusals import (
    AllBooked,
    AlreadyCompleted,
    ClientArchived,
    ConditionsNotMet,
    MayNotStart,
    NotBooked,
    NotInProgress,
    NotOnThatDay,
    NotStanding,
    NotWhole,
    PlanNotRunning,
    ReasonMissing,
)
from treatments.sessions.services.steps import book_session, cancel_session, complete_session, start_session

__all__ = [
    "AllBooked",
    "AlreadyCompleted",
    "ClientArchived",
    "ConditionsNotMet",
    "MayNotStart",
    "NotBooked",
    "NotInProgress",
    "NotOnThatDay",
    "NotStanding",
    "NotWhole",
    "PlanNotRunning",
    "ReasonMissing",
    "ZoneDone",
    "book_session",
    "cancel_session",
    "complete_session",
    "decision_in_force",
    "done_facts",
    "planned_facts",
    "planned_zones",
    "start_session",
]
