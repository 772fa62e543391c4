"""The verbs of the confirmation before a session: ask, confirm, report a change, close; and whether it counts."""

from treatments.confirmations.services.answering import confirm_nothing_changed, report_change
from treatments.confirmations.services.asking import (
    ask_confirmation,
    close_confirmations,
    knows_old_day,
    resend_confirmation,
)
from treatments.confirmations.services.refusals import (
    AnswersChanged,
    ClientArchived,
    NameMissing,
    NoEmail,
    NothingToConfirm,
    NotWaiting,
)
from treatments.confirmations.services.standing import (
    answered_early,
    change_waits,
    form_after,
    newest_of,
    shown_sha256,
    why_not_confirmed,
)

__all__ = [
    "AnswersChanged",
    "ClientArchived",
    "NameMissing",
    "NoEmail",
    "NotWaiting",
    "NothingToConfirm",
    "answered_early",
    "ask_confirmation",
    "change_waits",
    "close_confirmations",
    "confirm_nothing_changed",
    "form_after",
    "knows_old_day",
    "newest_of",
    "report_change",
    "resend_confirmation",
    "shown_sha256",
    "why_not_confirmed",
]
