"""The emails of a care schedule: its wording made ready to send, and the test that a practitioner sends themselves."""

from treatments.care.emails.letters import (
    OUT_OF_SIGHT,
    Letter,
    Look,
    Part,
    emergency_of,
    letter_and_style,
    letter_of,
    look_of,
)
from treatments.care.emails.trial import TRIAL, create_trial_kind, example, trial_key
from treatments.care.emails.values import day_of, next_session_words, written

__all__ = [
    "OUT_OF_SIGHT",
    "TRIAL",
    "Letter",
    "Look",
    "Part",
    "create_trial_kind",
    "day_of",
    "emergency_of",
    "example",
    "letter_and_style",
    "letter_of",
    "look_of",
    "next_session_words",
    "trial_key",
    "written",
]
