"""Rules in plain words for the people who write them. Pure."""

from collections.abc import Iterable
from datetime import date

from treatments.screening.questionnaire import Question, Rule
from treatments.screening.questionnaire.words import AgeRule

LEVELS = {
    "absolute": "Do not treat",
    "defer": "Wait",
    "review": "Practitioner decides",
    "review_window": "Practitioner decides, for a time",
    "note": "A note",
}
LEVEL_BADGES = {"absolute": "bad", "defer": "warn", "review": "warn", "review_window": "warn", "note": "info"}
PLANS = {
    "": "",
    "face": "on the face",
    "rf": "with radio frequency",
    "mechanical": "without radio frequency",
    "anaesthetic": "with numbing cream",
    "no_anaesthetic": "without numbing cream",
}
NOTHING = "nothing"
AS_WRITTEN = (
    "Clients who read German, French or Spanish see what you change here as you write it: the portal translates only"
    " its own words."
)
OLDEST = 129  # years: older than anybody


def effect(rule: Rule | AgeRule, question: Question | None = None) -> str:
    """What a rule does: "wait 184 days after the date (When did you stop?)"."""
    days = f"{rule.days} day{'s' * (rule.days != 1)}" if isinstance(rule, Rule) else ""
    words = {
        "absolute": "do not treat",
        "defer": f"wait {days} after the date",
        "review": "the practitioner decides",
        "review_window": f"the practitioner decides until {days} after the date",
        "note": "a note",
    }[rule.level]
    if isinstance(rule, Rule) and rule.date_field and question is not None:
        words += f" ({date_words(question, rule.date_field)})"
    return f"{words}, with a letter" if isinstance(rule, Rule) and rule.needs_letter else words


def effects(rules: Iterable[Rule]) -> str:
    """What several rules do together; "nothing" for none."""
    return " and ".join(dict.fromkeys(effect(rule) for rule in rules)) or NOTHING


def date_words(question: Question, field: str) -> str:
    """How the client is asked for a date."""
    return next((asked.words for asked in question.dates if asked.field == field), field)


def answers_in_words(question: Question, values: Iterable[str]) -> str:
    """The answers as the client reads them, in quotes: “Yes” or “Not sure”."""
    labels = {option.value: option.label for option in question.options}
    return " or ".join(f"“{labels.get(value, value)}”" for value in values)


def age_span(rule: AgeRule) -> tuple[int, int]:
    """The first and the last age at which it applies."""
    least, _, below = rule.when.rpartition("age<")
    return int(least.removesuffix("<=") or 0), int(below) - 1


def ages(rule: AgeRule) -> str:
    """When an age rule applies: "under 18", "18 to 21", "70 or older"."""
    least, oldest = age_span(rule)
    if not least:
        return f"under {oldest + 1}"
    return f"{least} to {oldest}" if oldest < OLDEST else f"{least} or older"


def approval(rules: Iterable[Rule | AgeRule]) -> str:
    """Who approved all these rules, and when; "" where there are several, or nobody has."""
    found = {(rule.approved_by, rule.approved_on) for rule in rules}
    if len(found) != 1 or ("", "") in found:
        return ""
    ((by, on),) = found
    return f"{by} on {date.fromisoformat(on):%-d %b %Y}"
