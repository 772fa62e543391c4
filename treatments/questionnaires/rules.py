"""In what one questionnaire is looser or stricter than another, by what its rules do, not by its words. Pure.

Looser is meant for safety: while `looser` finds nothing, no answers, plan and day give a better outcome than before.
Where that cannot be known (an answer that is gone, a date that is another one), it counts as looser.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby, product

from treatments.questionnaires.guidance import NOTHING, PLANS, answers_in_words, effect, effects
from treatments.screening.questionnaire import Question, Questionnaire, Rule

OLDEST = 130
AGE_WEIGHTS = {"": 0, "review": 1, "absolute": 2}
PLANNED = tuple(
    frozenset({"", device, cream, face})
    for device, cream, face in product(("mechanical", "rf"), ("anaesthetic", "no_anaesthetic"), ("face", ""))
)


@dataclass(frozen=True)
class Difference:
    """One way in which a questionnaire differs; `key` is the question's, "" for what belongs to none."""

    key: str
    words: str


def looser(default: Questionnaire, edited: Questionnaire) -> list[str]:
    """Each way in which `edited` asks for less than `default`, as a sentence; empty when there is none."""
    return [difference.words for difference in looser_parts(default, edited)]


def stricter(default: Questionnaire, edited: Questionnaire) -> list[str]:
    """Each way in which `edited` asks for more, as a sentence."""
    return [difference.words for difference in stricter_parts(default, edited)]


def changed(before: Questionnaire, after: Questionnaire) -> list[str]:
    """What is worded differently, as sentences; whether it still means the same is for people to judge."""
    return [difference.words for difference in changed_parts(before, after)]


def looser_parts(default: Questionnaire, edited: Questionnaire) -> list[Difference]:
    """As `looser`, each with its question."""
    found = [Difference("", words) for words in _heads(default, edited)]
    later = {question.key: question for question in edited.questions}
    for question in default.questions:
        now = later.get(question.key)
        sentences = _question(question, now) if now else ["It is no longer asked."]
        found += [Difference(question.key, f"{question.title}: {words}") for words in sentences]
    return found


def stricter_parts(default: Questionnaire, edited: Questionnaire) -> list[Difference]:
    """As `stricter`, each with its question."""
    found = [Difference("", words) for words in _ages(edited, default, more=True)]
    found += [Difference("", f"“{area}” now counts as face.") for area in _missing(edited.face_areas, default)]
    before = {question.key: question for question in default.questions}
    for question in edited.questions:
        was = before.get(question.key)
        sentences = _more(question, was) if was else ["A new question."]
        found += [Difference(question.key, f"{question.title}: {words}") for words in sentences]
    return found


def changed_parts(before: Questionnaire, after: Questionnaire) -> list[Difference]:
    """As `changed`, each with its question."""
    earlier = {question.key: question for question in before.questions}
    said = {(rule.why, rule.client_why) for rule in before.age_rules}
    reworded = any((rule.why, rule.client_why) not in said for rule in after.age_rules)
    ages = [Difference("", "Age: Reasons are worded differently.")] if reworded else []
    return ages + [
        Difference(question.key, f"{question.title}: {words}")
        for question in after.questions
        if question.key in earlier
        for words in _reworded(earlier[question.key], question)
    ]


def _heads(default: Questionnaire, edited: Questionnaire) -> list[str]:
    gone = _missing(default.face_areas, edited)
    return [*_ages(default, edited, more=False), *(f"“{area}” no longer counts as face." for area in gone)]


def _missing(areas: Iterable[str], other: Questionnaire) -> list[str]:
    return [area for area in areas if area not in other.face_areas]


def _ages(strong: Questionnaire, weak: Questionnaire, *, more: bool) -> list[str]:
    """The ages at which `strong` says more than `weak`; `more` when it is the strong one that is new."""

    def weaker_at(age: int) -> tuple[str, str] | None:
        here, there = _age_level(strong, age), _age_level(weak, age)
        return (here, there) if AGE_WEIGHTS[here] > AGE_WEIGHTS[there] else None

    sentences = []
    for levels, group in groupby(range(OLDEST), key=weaker_at):
        if levels:
            span = list(group)
            words = [{"": NOTHING, "review": "the practitioner decides"}.get(level, "do not treat") for level in levels]
            new, old = words if more else reversed(words)
            sentences.append(f"Age {span[0]} to {span[-1]}: {new} instead of {old}.")
    return sentences


def _age_level(questionnaire: Questionnaire, age: int) -> str:
    held = [rule.level for rule in questionnaire.age_rules if rule.holds(age)]
    return max(held, key=AGE_WEIGHTS.__getitem__, default="")


def _question(was: Question, now: Question) -> list[str]:
    """In what a question asks for less than it did."""
    known = {option.value: option for option in now.options}
    sentences = [
        (was.required and not now.required, "It may be left out."),
        (was.offers_unsure and not now.offers_unsure, "“I'm not sure” is no longer offered."),
        (was.kind != now.kind, "It is answered in another way."),
        (was.asked_of != now.asked_of, "It is asked of somebody else."),
        (not _as_often(was, now), "It is asked under other conditions."),
    ]
    found = [words for holds, words in sentences if holds]
    for option in was.options:
        kept = known.pop(option.value, None)
        if kept is None:
            found.append(f"The answer “{option.label}” is gone.")
        elif option.see_doctor and not kept.see_doctor:
            found.append(f"“{option.label}” no longer tells the client to see a doctor.")
    found += [f"“{option.label}” is a new answer." for option in known.values()]
    return found + [
        f"{_when(was, rule, values)}: {effects(_alike(rule, instead))} instead of {effect(rule)}."
        for rule, values, instead in _uncovered(was, now)
    ]


def _more(now: Question, was: Question) -> list[str]:
    """In what a question asks for more than it did."""
    found = ["It must be answered."] if now.required and not was.required else []
    if now.offers_unsure and not was.offers_unsure:
        found.append("“I'm not sure” is offered.")
    return found + [
        f"{_when(now, rule, values)}: {effect(rule)} instead of {effects(_alike(rule, instead))}."
        for rule, values, instead in _uncovered(now, was)
    ]


def _as_often(was: Question, now: Question) -> bool:
    """Whether it is asked wherever it was: each of its conditions follows from one that it had."""
    return all(
        any(had.key == needs.key and set(had.values) <= set(needs.values) for had in was.shown) for needs in now.shown
    )


def _uncovered(strong: Question, weak: Question) -> list[tuple[Rule, list[str], list[Rule]]]:
    """Each rule of `strong` that `weak` does not match for some plan: the rule, its answers, what weak has instead."""
    shared = {option.value for option in weak.options}
    found = []
    for rule in strong.rules:
        missed: dict[str, list[Rule]] = {}
        for value, holding in product(rule.values, PLANNED):
            others = [other for other in weak.rules if value in other.values and other.plan in holding]
            applies = value in shared and rule.plan in holding
            if applies and value not in missed and not any(_at_least(other, rule) for other in others):
                missed[value] = others
        if missed:
            found.append((rule, list(missed), next(iter(missed.values()))))
    return found


def _at_least(other: Rule, rule: Rule) -> bool:
    """Whether `other`, firing on the same answer, asks for no less than `rule` on any day."""
    if other.level == "absolute":
        return True
    if rule.needs_letter and not other.needs_letter:
        return False
    as_long = other.date_field == rule.date_field and other.days >= rule.days
    return {
        "absolute": False,
        "defer": other.level == "defer" and as_long,
        "review": other.level == "review",
        "review_window": other.level == "review" or (other.level in ("defer", "review_window") and as_long),
        "note": True,
    }[rule.level]


def _alike(rule: Rule, others: list[Rule]) -> list[Rule]:
    """Of the other side's rules those that took this one's place: of the same kind, else all."""
    return [other for other in others if other.level == rule.level and other.plan == rule.plan] or others


def _when(question: Question, rule: Rule, values: list[str]) -> str:
    plan = PLANS[rule.plan]
    return f"{answers_in_words(question, values)}{f', {plan}' if plan else ''}"


def _reworded(was: Question, now: Question) -> list[str]:
    labels = {option.value: option.label for option in was.options}
    found = [f"It asks “{now.words}” instead of “{was.words}”."] if now.words != was.words else []
    found += [
        f"An answer reads “{option.label}” instead of “{labels[option.value]}”."
        for option in now.options
        if labels.get(option.value, option.label) != option.label
    ]
    if (was.title, was.help, was.why, was.section) != (now.title, now.help, now.why, now.section):
        found.append("The words around it are different.")
    if _texts(now) - _texts(was):
        found.append("Reasons, follow-ups or advice are worded differently.")
    return found


def _texts(question: Question) -> set[str]:
    reasons = {text for rule in question.rules for text in (rule.why, rule.client_why)}
    asked = {date.words for date in question.dates} | {text.words for text in question.texts}
    return reasons | asked | {text for option in question.options for text in (option.advice, option.see_doctor)}
