"""The verbs of screening: prepare, send, withdraw, submit, decide; and whether an accepted one holds."""

from treatments.screening.services.deciding import (
    OPEN_TO_DECISION,
    accept_screening,
    defer_screening,
    refuse_screening,
)
from treatments.screening.services.holding import why_not_screened
from treatments.screening.services.refusals import (
    ClientArchived,
    FormAlreadyOut,
    NoAreas,
    NoEmail,
    NothingToDecide,
    NotWaiting,
    ReasonNeeded,
    RulesForbid,
    TooEarly,
)
from treatments.screening.services.sending import resend_screening, send_screening, withdraw_screening
from treatments.screening.services.submitting import submit_screening

__all__ = [
    "OPEN_TO_DECISION",
    "ClientArchived",
    "FormAlreadyOut",
    "NoAreas",
    "NoEmail",
    "NotWaiting",
    "NothingToDecide",
    "ReasonNeeded",
    "RulesForbid",
    "TooEarly",
    "accept_screening",
    "defer_screening",
    "refuse_screening",
    "resend_screening",
    "send_screening",
    "submit_screening",
    "why_not_screened",
    "withdraw_screening",
]
