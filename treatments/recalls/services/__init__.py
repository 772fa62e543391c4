"""The verbs of recalls: open, word, send, acknowledge, note, close; and what pages show of them."""

from treatments.recalls.services.closing import (
    Line,
    Tally,
    close_recall,
    facts_of,
    take_lines,
    take_paper,
    tally_of,
)
from treatments.recalls.services.opening import change_texts, draft_notices, lot_of, open_recall
from treatments.recalls.services.refusals import (
    AlreadyOpen,
    AlreadyReached,
    AlreadySent,
    Closed,
    ClosingNoteMissing,
    NothingToSend,
    ReasonMissing,
)
from treatments.recalls.services.telling import Told, acknowledge, note_reached, send_notices, told_of

__all__ = [
    "AlreadyOpen",
    "AlreadyReached",
    "AlreadySent",
    "Closed",
    "ClosingNoteMissing",
    "Line",
    "NothingToSend",
    "ReasonMissing",
    "Tally",
    "Told",
    "acknowledge",
    "change_texts",
    "close_recall",
    "draft_notices",
    "facts_of",
    "lot_of",
    "note_reached",
    "open_recall",
    "send_notices",
    "take_lines",
    "take_paper",
    "tally_of",
    "told_of",
]
