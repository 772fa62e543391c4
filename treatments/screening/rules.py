"""What the answers mean for the plan on one day. Pure. How the rules are read: docs/clinical.md section 1."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from treatments.screening.questionnaire import Answers, Question, Questionnaire, Rule
from treatments.screening.questionnaire.words import UNSURE
from treatments.screening.terms import Outcome

DEVICES = ("mechanical", "rf")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Level(StrEnum):
    """How heavy a reason is, heaviest first."""

    ABSOLUTE = "absolute"
    DEFER = "defer"
    REVIEW = "review"
    INVALID_DATE = "invalid_date"
    DATE_UNKNOWN = "date_unknown"
    UNSURE = "unsure"
    MISSING = "missing"


UNCLEAR = {
    Level.INVALID_DATE: "{title}: the date given lies in the future. Ask the client.",
    Level.DATE_UNKNOWN: "{title}: the date is not known. Ask the client.",
    Level.UNSURE: "{title}: the client is not sure. Ask the client.",
    Level.MISSING: "{title}: not answered. Ask the client.",
}
OWN = "{title}: for you to answer, not for the client."


@dataclass(frozen=True)
class PlanFacts:
    """What is planned, as far as a rule can ask: zones, kind of device, numbing cream."""

    areas: frozenset[str]
    device: str
    topical_anaesthetic: bool


@dataclass(frozen=True)
class Reason:
    """Why the outcome is not simply suitable. `until` is the first day on which a defer no longer holds."""

    key: str
    level: Level
    until: date | None
    text: str
    source: str


@dataclass(frozen=True)
class Assessment:
    """The outcome, every reason in the order of the questions, and from when treatment may go ahead.

    Notes are the keys of the questions with a note, each once, in their order.
    """

    outcome: Outcome
    reasons: tuple[Reason, ...]
    notes: tuple[str, ...]
    defer_until: date | None


def assess(
    questionnaire: Questionnaire, answers: Answers, plan: PlanFacts, as_of: date, date_of_birth: date | None
) -> Assessment:
    """What the rules say on that day. Raises ValueError for a key, an answer, a date or a device it does not know."""
    _refuse_unknown(questionnaire, answers)
    holding = conditions(questionnaire, plan)
    reasons, notes = _age_reasons(questionnaire, as_of, date_of_birth), []
    for key, given in questionnaire.in_effect(answers).items():
        question = questionnaire.by_key[key]
        fired = [rule for rule in question.rules if rule.plan in holding and not given.isdisjoint(rule.values)]
        reasons += _unanswered(question, given) + _plain(question, fired) + _dated(question, fired, answers, as_of)
        notes += [key] if any(rule.level == "note" for rule in fired) else []
    outcome = _outcome(reasons)
    untils = [reason.until for reason in reasons if reason.until is not None]
    return Assessment(outcome, tuple(reasons), tuple(notes), max(untils) if outcome == Outcome.DEFER else None)


def conditions(questionnaire: Questionnaire, plan: PlanFacts) -> frozenset[str]:
    """Which plan conditions of rules hold; "" (no condition) always does."""
    if plan.device not in DEVICES:
        raise ValueError(f"not a kind of device: {plan.device}")
    face = {"face"} if plan.areas & set(questionnaire.face_areas) else set()
    return frozenset({"", plan.device, "anaesthetic" if plan.topical_anaesthetic else "no_anaesthetic"} | face)


def age_on(day: date, born: date) -> int:
    """Completed years. Who was born on 29 February has their birthday on 1 March in other years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def by_weight(reasons: Iterable[Reason]) -> list[Reason]:
    """The reasons, heaviest first."""
    weights = list(Level)
    return sorted(reasons, key=lambda reason: weights.index(reason.level))


def _refuse_unknown(questionnaire: Questionnaire, answers: Answers) -> None:
    for key, answer in answers.items():
        question = questionnaire.by_key.get(key)
        if question is not None:
            _refuse_answer(question, answer)
        elif key in questionnaire.date_fields:
            iso_day(key, answer)
        elif key not in questionnaire.text_fields:
            raise ValueError(f"{key}: not a question of this questionnaire")
        elif not isinstance(answer, str | None):
            raise ValueError(f"{key}: must be a text")


def _refuse_answer(question: Question, answer: object) -> None:
    """The answer is nothing, a value of the question, or, where it takes many, a list of them."""
    if answer is None:
        return
    given = answer if isinstance(answer, list) and question.kind == "many" else [answer]
    if not all(isinstance(value, str) and value in question.allowed for value in given):
        offered = ", ".join(option.value for option in question.options)
        raise ValueError(f"{question.key}: not among its answers ({offered}, {UNSURE})")


def iso_day(key: str, answer: object) -> date | None:
    """The day of an answer; None for none, or one that is not sure. Raises ValueError, naming the key alone."""
    if answer is None or answer == UNSURE:
        return None
    try:
        if isinstance(answer, str) and DAY.fullmatch(answer):
            return date.fromisoformat(answer)
    except ValueError:
        pass  # such as 30 February
    raise ValueError(f"{key}: not a date as YYYY-MM-DD")


def _age_reasons(questionnaire: Questionnaire, as_of: date, born: date | None) -> list[Reason]:
    if born is None:
        return [Reason("date_of_birth", Level.MISSING, None, UNCLEAR[Level.MISSING].format(title="Date of birth"), "")]
    age = age_on(as_of, born)
    return [
        Reason(rule.key, Level(rule.level), None, rule.why, rule.source)
        for rule in questionnaire.age_rules
        if rule.holds(age)
    ]


def _unanswered(question: Question, given: frozenset[str]) -> list[Reason]:
    if UNSURE in given:
        return [_unclear(question, Level.UNSURE)]
    return [_unclear(question, Level.MISSING)] if question.required and not given else []


def _plain(question: Question, fired: list[Rule]) -> list[Reason]:
    return [
        Reason(question.key, Level(rule.level), None, rule.why, rule.source)
        for rule in fired
        if rule.level in (Level.ABSOLUTE, Level.REVIEW)
    ]


def _dated(question: Question, fired: list[Rule], answers: Answers, as_of: date) -> list[Reason]:
    unclear, deferring, windows = [], [], []
    for rule in fired:
        if not rule.date_field:
            continue
        day = iso_day(rule.date_field, answers.get(rule.date_field))
        if day is None or day > as_of:
            unclear.append(_unclear(question, Level.DATE_UNKNOWN if day is None else Level.INVALID_DATE))
        elif as_of < (until := day + timedelta(days=rule.days)):
            if rule.level == Level.DEFER:
                deferring.append(Reason(question.key, Level.DEFER, until, rule.why, rule.source))
            else:
                windows.append(Reason(question.key, Level.REVIEW, None, rule.why, rule.source))
    return unclear[:1] + (deferring or windows)  # a review window opens only once the question no longer defers


def _unclear(question: Question, level: Level) -> Reason:
    words = OWN if level == Level.MISSING and question.asked_of == "practitioner" else UNCLEAR[level]
    return Reason(question.key, level, None, words.format(title=question.title), "")


def _outcome(reasons: list[Reason]) -> Outcome:
    levels = {reason.level for reason in reasons}
    if Level.ABSOLUTE in levels:
        return Outcome.CONTRAINDICATED
    if Level.DEFER in levels:
        return Outcome.DEFER
    return Outcome.REVIEW if reasons else Outcome.SUITABLE
