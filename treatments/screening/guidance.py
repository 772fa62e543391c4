"""An assessment and its answers in words for the practitioner, heaviest first. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from treatments.screening.questionnaire import Asked, Questionnaire, as_asked
from treatments.screening.questionnaire.words import UNSURE
from treatments.screening.rules import Assessment, Level, by_weight
from treatments.screening.terms import Outcome, State

STATE_BADGES: dict[str, str] = {
    State.SENT: "info",
    State.SUBMITTED: "warn",
    State.ACCEPTED: "ok",
    State.DEFERRED: "warn",
    State.REFUSED: "bad",
    State.WITHDRAWN: "info",
}
OUTCOME_BADGES: dict[str, str] = {
    Outcome.SUITABLE: "ok",
    Outcome.REVIEW: "warn",
    Outcome.DEFER: "warn",
    Outcome.CONTRAINDICATED: "bad",
}
LEVEL_WORDS = {
    Level.ABSOLUTE: ("Do not treat", "bad"),
    Level.DEFER: ("Wait", "warn"),
    Level.REVIEW: ("Your decision", "warn"),
    Level.INVALID_DATE: ("Ask the client", "info"),
    Level.DATE_UNKNOWN: ("Ask the client", "info"),
    Level.UNSURE: ("Ask the client", "info"),
    Level.MISSING: ("Ask the client", "info"),
}
NO_QUESTION = "Age"  # reasons that no question but the date of birth gives


@dataclass(frozen=True)
class ReasonLine:
    """One reason as the review shows it."""

    about: str
    words: str
    badge: str
    text: str
    until: date | None
    source: str


def reason_lines(questionnaire: Questionnaire, assessment: Assessment) -> list[ReasonLine]:
    """The reasons, heaviest first."""
    titles = {question.key: question.title for question in questionnaire.questions}
    return [
        ReasonLine(
            titles.get(reason.key, NO_QUESTION),
            *LEVEL_WORDS[reason.level],
            reason.text,
            reason.until,
            in_print(reason.source),
        )
        for reason in by_weight(assessment.reasons)
    ]


def in_print(source: str) -> str:
    """A source as a practitioner reads it: the handbook's name in the place of its file's."""
    return source.replace("docs/clinical.md", "Collagenda clinical notes,").replace("screening_rules ", "version of ")


def answer_lines(questionnaire: Questionnaire, answers: Mapping[str, str | None]) -> list[Asked]:
    """Everything the client was asked and answered, in the order and the words of the form."""
    return [
        Asked(questionnaire.birth_words, _spoken(answers.get("date_of_birth") or "")),
        *(Asked(asked.words, _spoken(asked.answer)) for asked in as_asked(questionnaire, answers)),
        Asked("Signed by", answers.get("signed_name") or "–"),
    ]


def _spoken(answer: str) -> str:
    if not answer:
        return "Not answered"
    if answer == UNSURE:
        return "I'm not sure of the date"
    try:
        return f"{date.fromisoformat(answer):%-d %b %Y}"
    except ValueError:
        return answer


def heaviest(assessment: Assessment) -> str:
    """The absolute reasons, in one line."""
    return " ".join(reason.text for reason in assessment.reasons if reason.level == Level.ABSOLUTE)


def in_words(day: date | None) -> str:
    """A day as people write it: "1 Jun 2026"; "" for none."""
    return f"{day:%-d %b %Y}" if day else ""
