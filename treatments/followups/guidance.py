"""What to tell a client who has just answered. Pure words; no diagnosis."""

import re
from typing import NamedTuple

from treatments.followups.terms import Urgency


def _(words: str) -> str:
    """Mark words for translation; the page translates them when it is shown."""
    return words


class Advice(NamedTuple):
    """What to do now: a heading, and one sentence."""

    heading: str
    words: str


# Source: docs/clinical.md section 3, "call 999/911 now" page and the urgent rule. Awaiting a clinician's approval.
ADVICE: dict[str, Advice] = {
    Urgency.EMERGENCY: Advice(
        _("Get medical help now"),
        _("What you told us can need help straight away. Do not wait for us to call."),
    ),
    Urgency.URGENT: Advice(
        _("The clinic will call you today"),
        _("Keep your phone with you. If it gets worse, or we have not called, do not wait: call."),
    ),
    Urgency.REVIEW: Advice(
        _("A practitioner will look at your answers"),
        _("You will hear from the clinic within a day. If it gets worse before that, do not wait: call."),
    ),
    Urgency.NONE: Advice(_("That is all for today"), _("Should anything worry you later, call the clinic.")),
}

# Three digits or more, or two after "call" in any of our languages: right for "NHS 24 on 111" and for "call 15 or 112".
CALL = ("call ", "wählen Sie ", "appelez le ", "llame al ")
AFTER_CALL = "|".join(f"(?<={words})" for words in CALL)
NUMBER = re.compile(rf"((?<!\d)\+?\d(?: ?\d){{2,}}|(?:{AFTER_CALL})\d\d(?!\d))")
EMERGENCY = ("emergency", "notfall", "urgence", "emergencia")


class Part(NamedTuple):
    """A piece of a sentence, and the number to dial if it is one."""

    words: str
    dial: str


def with_numbers(sentence: str) -> list[Part]:
    """A sentence in pieces, so that every telephone number in it can be a link."""
    pieces = NUMBER.split(sentence)
    return [
        Part(piece, piece.replace(" ", "") if position % 2 else "") for position, piece in enumerate(pieces) if piece
    ]


def emergency_first(words: str) -> str:
    """The sentences that name an emergency before the others: somebody in need reads one line."""
    sentences = re.split(r"(?<=[.!?])\s+", words.strip())
    return " ".join(sorted(sentences, key=lambda sentence: not any(word in sentence.lower() for word in EMERGENCY)))
