"""The verbs of cases: open one, write down what was done, put it right, close it; pass on what nobody saw to."""

from treatments.cases.services.passing_on import escalate_cases
from treatments.cases.services.refusals import (
    AlreadyThere,
    CallRefused,
    CaseClosed,
    CaseExists,
    InTheFuture,
    KindMissing,
    MayNotClose,
    NoteMissing,
    NothingChanged,
    ReportedInTheFuture,
    SessionNotBegun,
)
from treatments.cases.services.writing import (
    add_photographs,
    change_case,
    close_case,
    note_report,
    open_case,
    write_entry,
)

__all__ = [
    "AlreadyThere",
    "CallRefused",
    "CaseClosed",
    "CaseExists",
    "InTheFuture",
    "KindMissing",
    "MayNotClose",
    "NoteMissing",
    "NothingChanged",
    "ReportedInTheFuture",
    "SessionNotBegun",
    "add_photographs",
    "change_case",
    "close_case",
    "escalate_cases",
    "note_report",
    "open_case",
    "write_entry",
]
