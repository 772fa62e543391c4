"""What can be done with a session: book, move, start, complete, cancel, put right, write down, sign, amend."""

from treatments.sessions.rules import PointNoted, ZoneDone
from treatments.sessions.services.amending import Said, amend_record, amendable
from treatments.sessions.services.cartridges import (
    as_scanned,
    not_on_the_list,
    why_cartridge_refused,
    written_cartridge,
)
from treatments.sessions.services.charting import last_charted, why_off_label
from treatments.sessions.services.corrections import correct_end, reopen_session
from treatments.sessions.services.counted import depths_now
from treatments.sessions.services.facts import decision_in_force, done_facts, planned_facts, planned_zones
from treatments.sessions.services.materials import (
    CreamUsed,
    Ended,
    SerumUsed,
    read_lot,
    why_lot_refused,
    write_materials,
)
from treatments.sessions.services.moving import move_session
from treatments.sessions.services.recalls import recalled, take_report, touched_by
from treatments.sessions.services.record import closing_of, lines_of, material_lines, serums_of
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
from treatments.sessions.services.signing import mark_of_record, sign_session, signed_record, why_not_yours
from treatments.sessions.services.steps import book_session, cancel_session, complete_session, start_session

__all__ = [
    "AllBooked",
    "AlreadyCompleted",
    "ClientArchived",
    "ConditionsNotMet",
    "CreamUsed",
    "Ended",
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
    "Said",
    "SameEnd",
    "SameTime",
    "SerumUsed",
    "ZoneDone",
    "amend_record",
    "amendable",
    "as_scanned",
    "book_session",
    "cancel_session",
    "closing_of",
    "complete_session",
    "correct_end",
    "decision_in_force",
    "depths_now",
    "done_facts",
    "last_charted",
    "lines_of",
    "mark_of_record",
    "material_lines",
    "move_session",
    "not_on_the_list",
    "planned_facts",
    "planned_zones",
    "read_lot",
    "recalled",
    "reopen_session",
    "serums_of",
    "sign_session",
    "signed_record",
    "start_session",
    "take_report",
    "touched_by",
    "why_cartridge_refused",
    "why_lot_refused",
    "why_not_yours",
    "why_off_label",
    "write_materials",
    "written_cartridge",
]
