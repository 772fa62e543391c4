"""Reads a questionnaire strictly: nothing unknown, nothing missing, nothing that a rule could trip over."""

from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

from treatments.screening.questionnaire.checks import check
from treatments.screening.questionnaire.places import Place, QuestionnaireMalformed
from treatments.screening.questionnaire.words import Questionnaire

MAY_BE_EMPTY = frozenset(
    (
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
)
KINDS = {str: "a text", bool: "true or false", int: "a whole number"}


def read(content: object) -> Questionnaire:
    """The questionnaire that this JSON describes. Raises QuestionnaireMalformed, naming the place."""
    questionnaire: Questionnaire = _record(Questionnaire, content, Place())
    check(questionnaire)
    return questionnaire


@cache
def _hints(kind: Any) -> tuple[dict[str, Any], frozenset[str]]:
    """The type of each field, and which of them have to be there."""
    return get_type_hints(kind), frozenset(field.name for field in fields(kind) if field.default is MISSING)


def _record(kind: Any, content: object, place: Place) -> Any:
    if not isinstance(content, dict):
        raise QuestionnaireMalformed(place, "must be written in braces, with keys and values.")
    hints, needed = _hints(kind)
    names = {field.name for field in fields(kind)}
    for name in content:
        if name not in names:
            raise QuestionnaireMalformed(place.key(name), f"unknown key; known are {', '.join(sorted(names))}.")
    for name in sorted(needed - set(content)):
        raise QuestionnaireMalformed(place, f"lacks {name}.")
    return kind(**{name: _value(hints[name], value, place.key(name)) for name, value in content.items()})


def _value(hint: Any, value: object, place: Place) -> Any:
    if get_origin(hint) is tuple:
        if not isinstance(value, list):
            raise QuestionnaireMalformed(place, "must be a list.")
        return tuple(_value(get_args(hint)[0], part, place.part(n, _name(part, n))) for n, part in enumerate(value))
    if is_dataclass(hint):
        return _record(hint, value, place)
    if type(value) is not hint:
        raise QuestionnaireMalformed(place, f"must be {KINDS[hint]}.")
    if isinstance(value, str) and not value.strip() and place.steps[-1] not in MAY_BE_EMPTY:
        raise QuestionnaireMalformed(place, "must not be empty.")
    return value


def _name(part: object, number: int) -> str:
    return str(part["key"]) if isinstance(part, dict) and "key" in part else str(number)
