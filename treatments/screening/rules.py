"""What the answers mean for the plan on one day. Pure. How the rules are read: docs/clinical.md section 1."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from treatments.screening.questionnaire import Question, Questionnaire, Rule
from treatments.screening.questionnaire.words import UNSURE
from treatments.screening.terms import Outcome

DEVICES = ("mechanical", "rf")
Answers = Mapping[str, str | None]


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
    """The outcome, every reason in the order of the questions, notes, and from when treatment may go ahead."""

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
    for question in questionnaire.questions:
        fired = [r for r in question.rules if answers.get(question.key) in r.values and r.plan in holding]
        reasons += _reasons(question, fired, answers, as_of)
        notes += [rule.why for rule in fired if rule.level == "note"]
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
    allowed = {q.key: {o.value for o in q.options} | {UNSURE} for q in questionnaire.questions}
    dates = {d.field for q in questionnaire.questions for d in q.dates}
    for key, answer in answers.items():
        if key not in allowed and key not in dates:
            raise ValueError(f"not a question: {key}")
        if key in dates:
            _day(answer)
        elif answer is not None and answer not in allowed[key]:
            raise ValueError(f"not an answer to {key}")


def _day(answer: str | None) -> date | None:
    return None if answer is None or answer == UNSURE else date.fromisoformat(answer)


def _age_reasons(questionnaire: Questionnaire, as_of: date, born: date | None) -> list[Reason]:
    if born is None:
        return [_unclear("date_of_birth", "Date of birth", Level.MISSING)]
    age = age_on(as_of, born)
    return [
        Reason(rule.key, Level(rule.level), None, rule.why, rule.source)
        for rule in questionnaire.age_rules
        if rule.holds(age)
    ]


def _reasons(question: Question, fired: list[Rule], answers: Answers, as_of: date) -> list[Reason]:
    answer = answers.get(question.key)
    if answer is None:
        return [_unclear(question.key, question.title, Level.MISSING)] if question.required else []
    if answer == UNSURE:
        return [_unclear(question.key, question.title, Level.UNSURE)]
    plain = [
        Reason(question.key, Level(rule.level), None, rule.why, rule.source)
        for rule in fired
        if rule.level in (Level.ABSOLUTE, Level.REVIEW)
    ]
    return plain + _dated(question, [rule for rule in fired if rule.date_field], answers, as_of)


def _dated(question: Question, fired: list[Rule], answers: Answers, as_of: date) -> list[Reason]:
    unclear, deferring, windows = [], [], []
    for rule in fired:
        day = _day(answers.get(rule.date_field))
        if day is None or day > as_of:
            level = Level.DATE_UNKNOWN if day is None else Level.INVALID_DATE
            unclear.append(_unclear(question.key, question.title, level))
        elif as_of < (until := day + timedelta(days=rule.days)):
            if rule.level == Level.DEFER:
                deferring.append(Reason(question.key, Level.DEFER, until, rule.why, rule.source))
            else:
                windows.append(Reason(question.key, Level.REVIEW, None, rule.why, rule.source))
    return unclear[:1] + (deferring or windows)  # a review window opens only once the question no longer defers


def _unclear(key: str, title: str, level: Level) -> Reason:
    return Reason(key, level, None, UNCLEAR[level].format(title=title), "")


def _outcome(reasons: list[Reason]) -> Outcome:
    levels = {reason.level for reason in reasons}
    if Level.ABSOLUTE in levels:
        return Outcome.CONTRAINDICATED
    if Level.DEFER in levels:
        return Outcome.DEFER
    return Outcome.REVIEW if reasons else Outcome.SUITABLE
