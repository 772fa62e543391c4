"""Reads a questionnaire strictly: nothing unknown, nothing missing, nothing that a rule could trip over."""

import re
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, get_args, get_origin, get_type_hints

from treatments.screening.questionnaire.words import AGE, UNSURE, AgeRule, Question, Questionnaire, Rule

LEVELS = ("absolute", "defer", "review", "review_window", "note")
DATED = ("defer", "review_window")
PLANS = ("", "face", "rf", "mechanical", "anaesthetic", "no_anaesthetic")
RESERVED = ("date_of_birth", "signed_name", "statement")
KEY = re.compile(r"[a-z][a-z0-9_]*")
MAY_BE_EMPTY = (
    "help",
    "plan",
    "date_field",
    "advice",
    "see_doctor",
    "client_why",
    "approved_by",
    "approved_on",
    "section",
)
GREATEST_DAYS = 3660
KINDS = {str: "a text", bool: "true or false", int: "a whole number"}


class QuestionnaireMalformed(ValueError):
    """The questionnaire cannot be read."""


def read(content: object) -> Questionnaire:
    """The questionnaire that this JSON describes. Raises QuestionnaireMalformed, naming the place."""
    questionnaire: Questionnaire = _record(Questionnaire, content, "questionnaire")
    _check_names(questionnaire)
    for age_rule in questionnaire.age_rules:
        _check_age_rule(age_rule)
    for question in questionnaire.questions:
        _check_question(question)
    return questionnaire


def _record(kind: Any, content: object, where: str) -> Any:
    if not isinstance(content, dict):
        raise QuestionnaireMalformed(f"{where} must be written in braces, with keys and values.")
    known = {field.name: field for field in fields(kind)}
    needed = {name for name, field in known.items() if field.default is MISSING}
    for name in sorted(set(content) - set(known)):
        raise QuestionnaireMalformed(f"{where} has an unknown key: {name}.")
    for name in sorted(needed - set(content)):
        raise QuestionnaireMalformed(f"{where} lacks {name}.")
    hints = get_type_hints(kind)
    return kind(**{name: _value(hints[name], value, f"{where}.{name}") for name, value in content.items()})


def _value(hint: Any, value: object, where: str) -> Any:
    if get_origin(hint) is tuple:
        if not isinstance(value, list):
            raise QuestionnaireMalformed(f"{where} must be a list.")
        return tuple(_value(get_args(hint)[0], part, f"{where}[{_name(part, n)}]") for n, part in enumerate(value))
    if is_dataclass(hint):
        return _record(hint, value, where)
    if type(value) is not hint:
        raise QuestionnaireMalformed(f"{where} must be {KINDS[hint]}.")
    if value == "" and where.rpartition(".")[2] not in MAY_BE_EMPTY:
        raise QuestionnaireMalformed(f"{where} must not be empty.")
    return value


def _name(part: object, number: int) -> str:
    return str(part["key"]) if isinstance(part, dict) and "key" in part else str(number)


def _check_names(questionnaire: Questionnaire) -> None:
    dates = [date.field for question in questionnaire.questions for date in question.dates]
    names = [
        *RESERVED,
        *(rule.key for rule in questionnaire.age_rules),
        *(question.key for question in questionnaire.questions),
        *dates,
        *(f"{date}_unsure" for date in dates),
    ]
    for name in names:
        _must(KEY.fullmatch(name) is not None, name, "a name has small letters, digits and underscores only.")
        _must(names.count(name) == 1, name, "this name is used twice, or is reserved.")
    _must(bool(questionnaire.questions), "questionnaire.questions", "at least one question is needed.")


def _check_age_rule(rule: AgeRule) -> None:
    where = f"age_rules[{rule.key}]"
    limits = AGE.fullmatch(rule.when)
    _must(limits is not None, f"{where}.when", "write it as age<18 or 18<=age<22.")
    if limits is not None and limits["least"]:
        _must(int(limits["least"]) < int(limits["below"]), f"{where}.when", "the ages are the wrong way round.")
    _must(rule.level in ("absolute", "review"), f"{where}.level", "must be absolute or review.")


def _check_question(question: Question) -> None:
    where = f"questions[{question.key}]"
    values = [option.value for option in question.options]
    _must(len(values) > 1, f"{where}.options", "at least two are needed.")
    _must(len(set(values)) == len(values), f"{where}.options", "a value is written twice.")
    _must(UNSURE not in values, f"{where}.options", f"{UNSURE} is offered with every question; leave it out.")
    asked = {date.field for date in question.dates}
    used = {rule.date_field for rule in question.rules if rule.date_field}
    _must(asked == used, f"{where}.dates", f"they must be those of its rules: {', '.join(sorted(used)) or 'none'}.")
    for number, rule in enumerate(question.rules):
        _check_rule(rule, values, f"{where}.rules[{number}]")


def _check_rule(rule: Rule, values: list[str], where: str) -> None:
    _must(bool(rule.values), f"{where}.values", "at least one is needed.")
    _must(set(rule.values) <= set(values), f"{where}.values", f"must be among the options: {', '.join(values)}.")
    _must(rule.level in LEVELS, f"{where}.level", f"must be one of {', '.join(LEVELS)}.")
    _must(rule.plan in PLANS, f"{where}.plan", f"must be one of {', '.join(PLANS[1:])}.")
    if rule.level in DATED:
        _must(bool(rule.date_field), f"{where}.date_field", "this level counts from a date.")
        _must(1 <= rule.days <= GREATEST_DAYS, f"{where}.days", f"must be from 1 to {GREATEST_DAYS}.")
    else:
        _must(not rule.date_field and not rule.days, where, "only defer and review_window have a date and days.")


def _must(holds: bool, where: str, otherwise: str) -> None:
    if not holds:
        raise QuestionnaireMalformed(f"{where}: {otherwise}")
