"""Which answers need a person, and how fast. Pure.

Source: docs/clinical.md section 3, the red-flag column and the urgent rule. HR marks a house rule: more cautious than
the sources. Awaiting a clinician's approval. A flag is what the client said, never a diagnosis.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

from treatments.care.terms import Asks
from treatments.followups.questions import CHANGE, Answers, changes_in
from treatments.followups.terms import Urgency

# How soon somebody must act. Source: docs/clinical.md section 3: "call same day", "review within 24 h". The hours: HR.
ACT_WITHIN = {
    Urgency.EMERGENCY: timedelta(hours=1),
    Urgency.URGENT: timedelta(hours=4),
    Urgency.REVIEW: timedelta(hours=24),
}
# What goes on as a reaction case once somebody has acted.
CALL_FOR_A_CASE = frozenset({Urgency.URGENT, Urgency.EMERGENCY})
RANK = {urgency: rank for rank, urgency in enumerate(Urgency)}  # terms.Urgency lists them heaviest last
GREAT_PAIN = 7


class Flag(NamedTuple):
    """One answer that needs a person: its key, its words, and how fast."""

    key: str
    words: str
    urgency: Urgency


EARLY, HEALING, RESULTS = (Asks.DAY_1, Asks.DAY_3), (Asks.DAY_7, Asks.DAY_14), (Asks.RESULTS, Asks.OUTCOME)
HEALTH = Flag("health_changes", "Health or medicines changed", Urgency.REVIEW)

# (sets of questions, question, answer) -> flag
ANSWERED: tuple[tuple[tuple[Asks, ...], str, str, Flag], ...] = (
    (EARLY, "signs", "breathing", Flag("breathing", "Trouble breathing, or face swelling", Urgency.EMERGENCY)),
    (EARLY, "signs", "blisters", Flag("blisters", "Blisters", Urgency.URGENT)),
    (EARLY, "signs", "bleeding", Flag("bleeding", "Bleeding that does not stop", Urgency.URGENT)),  # HR at 24 h
    (EARLY, "signs", "eyes", Flag("eyes", "Eye trouble", Urgency.URGENT)),
    (EARLY, "signs", "unwell", Flag("unwell", "Feels ill", Urgency.URGENT)),
    (EARLY, "signs", "pus", Flag("pus", "Pus or yellow crusts", Urgency.URGENT)),
    (EARLY, "signs", "spreading", Flag("spreading", "Spreading redness, heat or swelling", Urgency.URGENT)),
    (EARLY, "signs", "fever", Flag("fever", "Temperature of 38 °C or more, or feverish", Urgency.URGENT)),
    (EARLY, "signs", "cold_sore", Flag("cold_sore", "Cold sore or grouped blisters", Urgency.URGENT)),
    (EARLY, "signs", "rash", Flag("rash", "Rash or hives", Urgency.URGENT)),
    (EARLY, "swelling", "3", Flag("swelling", "Very swollen, or swelling that grows", Urgency.URGENT)),
    (EARLY, "redness", "3", Flag("redness", "Very red after a day", Urgency.REVIEW)),  # HR
    (HEALING, "signs", "still_red", Flag("still_red", "Still red or swollen after a week", Urgency.REVIEW)),
    (HEALING, "signs", "bumps", Flag("bumps", "Bumps or itchy lumps", Urgency.REVIEW)),
    (HEALING, "signs", "dark_marks", Flag("dark_marks", "Dark marks", Urgency.REVIEW)),
    (HEALING + RESULTS, "signs", "marks", Flag("marks", "Darker or lighter marks, or a grid", Urgency.REVIEW)),
    (HEALING, "signs", "new_patches", Flag("new_patches", "New patches", Urgency.REVIEW)),
    (HEALING + RESULTS, "signs", "lumps", Flag("lumps", "Lumps, or raised scars", Urgency.REVIEW)),
    (RESULTS, "signs", "sores", Flag("sores", "Sores, or spots that do not heal", Urgency.REVIEW)),
    (RESULTS, "change", "worse", Flag("worse", "Says the skin is worse than before", Urgency.REVIEW)),
    (RESULTS, "change", "much_worse", Flag("much_worse", "Says the skin is much worse than before", Urgency.REVIEW)),
    # HR: a new pregnancy, illness or medicine may forbid the next session.
    (RESULTS, "health_changes", "yes", HEALTH),
    (RESULTS, "signs", "health_changes", HEALTH),
)
PAIN = Flag("pain", "Pain of 7 or more out of 10", Urgency.URGENT)
FEVER_SPREADING = Flag("fever_spreading", "Feverish, and it is spreading", Urgency.EMERGENCY)


def assess_reply(asks: str, answers: Answers) -> tuple[Urgency, tuple[Flag, ...]]:
    """How fast these answers need a person, and why, heaviest first. One more sign never makes it less urgent."""
    flags = [flag for sets, question, answer, flag in ANSWERED if asks in sets and _said(answers, question, answer)]
    if asks in EARLY and int(str(answers.get("pain") or 0)) >= GREAT_PAIN:
        flags.append(PAIN)
    if {"fever", "spreading"} <= {flag.key for flag in flags}:
        flags.append(FEVER_SPREADING)
    flags.sort(key=lambda flag: -RANK[flag.urgency])
    return (flags[0].urgency if flags else Urgency.NONE), tuple(flags)


def heaviest(urgencies: Iterable[str]) -> Urgency:
    """The most urgent of several."""
    return max((Urgency(one) for one in urgencies), key=lambda urgency: RANK[urgency], default=Urgency.NONE)


FLAGS = {flag.key: flag for flag in (*(row[-1] for row in ANSWERED), PAIN, FEVER_SPREADING)}


def _said(answers: Answers, question: str, answer: str) -> bool:
    if question == CHANGE.key:  # of any goal
        return answer in changes_in(answers).values()
    given = answers.get(question, "")
    return answer in given if isinstance(given, list) else answer == given
