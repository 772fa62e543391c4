"""What can be done with a session: book, move, start, complete, cancel; and put a completed one right."""

from treatments.sessions.rules import PointNoted, ZoneDone
from treatments.sessions.services.cartridges import (
    as_scanned,
    not_on_the_list,
    why_cartridge_refused,
    written_cartridge,
)
from treatments.sessions.services.charting import last_charted, why_off_label
from treatments.sessions.services.corrections import correct_end, reopen_session
from treatments.sessions.services.facts import decision_in_force, done_facts, planned_facts, planned_zones
from treatments.sessions.services.moving import move_session
from treatments.sessions.services.recalls import recalled, take_report, touched_by
from treatments.sessions.services.refusals import (
    AllBooked,
    AlreadyCompleted,
    ClientArchived,
    ConditionsNotMet,
    LotRefused,
    MayNotReopen,
    MayNotStart,
    NotBooked,
    NotCompleted,
    NotInProgress,
    NotOnThatDay,
    NotStanding,
    NotToBeMoved,
    NotTold,
    NotWhole,
    OddEnd,
    PlanNotRunning,
    ReasonMissing,
    SameEnd,
    SameTime,
)
from treatments.sessions.services.steps import book_session, cancel_session, complete_session, start_session

__all__ = [
    "AllBooked",
    "AlreadyCompleted",
    "ClientArchived",
    "ConditionsNotMet",
    "LotRefused",
    "MayNotReopen",
    "MayNotStart",
    "NotBooked",
    "NotCompleted",
    "NotInProgress",
    "NotOnThatDay",
    "NotStanding",
    "NotToBeMoved",
    "NotTold",
    "NotWhole",
    "OddEnd",
    "PlanNotRunning",
    "PointNoted",
    "ReasonMissing",
    "SameEnd",
    "SameTime",
    "ZoneDone",
    "as_scanned",
    "book_session",
    "cancel_session",
    "complete_session",
    "correct_end",
    "decision_in_force",
    "done_facts",
    "last_charted",
    "move_session",
    "not_on_the_list",
    "planned_facts",
    "planned_zones",
    "recalled",
    "reopen_session",
    "start_session",
    "take_report",
    "touched_by",
    "why_cartridge_refused",
    "why_off_label",
    "written_cartridge",
]
