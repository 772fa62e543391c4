"""The verbs of screening: prepare, send, withdraw, submit, ask, decide; and whether an accepted one holds."""

from treatments.screening.services.asking import ask_client, open_query
from treatments.screening.services.deciding import (
    OPEN_TO_DECISION,
    accept_screening,
    defer_screening,
    reassess_screening,
    refuse_screening,
)
from treatments.screening.services.holding import RE_ASSESS, beyond, screening_in_force, why_not_held, why_not_screened
from treatments.screening.services.refusals import (
    ClientArchived,
    FormAlreadyOut,
    LetterNeeded,
    LowerDepthNeeded,
    NoAreas,
    NoEmail,
    NoQuestion,
    NotDeferred,
    NothingToDecide,
    NotInForce,
    NotWaiting,
    QuestionIsOut,
    ReasonNeeded,
    RulesForbid,
    TooEarly,
    WordsNeeded,
)
from treatments.screening.services.sending import (
    invite_again,
    resend_screening,
    send_screening,
    withdraw_screening,
)
from treatments.screening.services.submitting import submit_screening

__all__ = [
    "OPEN_TO_DECISION",
    "RE_ASSESS",
    "ClientArchived",
    "FormAlreadyOut",
    "LetterNeeded",
    "LowerDepthNeeded",
    "NoAreas",
    "NoEmail",
    "NoQuestion",
    "NotDeferred",
    "NotInForce",
    "NotWaiting",
    "NothingToDecide",
    "QuestionIsOut",
    "ReasonNeeded",
    "RulesForbid",
    "TooEarly",
    "WordsNeeded",
    "accept_screening",
    "ask_client",
    "beyond",
    "defer_screening",
    "invite_again",
    "open_query",
    "reassess_screening",
    "refuse_screening",
    "resend_screening",
    "screening_in_force",
    "send_screening",
    "submit_screening",
    "why_not_held",
    "why_not_screened",
    "withdraw_screening",
]
