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
    Urgency.NONE: Advice(_("Thank you"), _("Should anything worry you later, call the clinic.")),
}

EMERGENCY = ("emergency", "notfall", "urgence", "emergencia")


def emergency_first(words: str) -> str:
    """The sentences that name an emergency before the others: somebody in need reads one line."""
    sentences = re.split(r"(?<=[.!?])\s+", words.strip())
    return " ".join(sorted(sentences, key=lambda sentence: not any(word in sentence.lower() for word in EMERGENCY)))
