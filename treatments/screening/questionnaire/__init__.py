"""What a client is asked, as data: questions, options, follow-up dates and rules, with their reasons and sources."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from treatments.screening.questionnaire.reading import QuestionnaireMalformed, read
from treatments.screening.questionnaire.words import AgeRule, DateQuestion, Option, Question, Questionnaire, Rule

__all__ = [
    "DEFAULT_FILE",
    "AgeRule",
    "Asked",
    "DateQuestion",
    "Option",
    "Question",
    "Questionnaire",
    "QuestionnaireMalformed",
    "Rule",
    "as_asked",
    "default",
    "fingerprint",
    "load",
    "read",
    "snapshot",
]

DEFAULT_FILE = Path(__file__).parent / "default.json"


@dataclass(frozen=True)
class Asked:
    """One question and its answer, in the words the client saw."""

    words: str
    answer: str


def load(file: Path) -> Questionnaire:
    """The questionnaire in a JSON file. Raises QuestionnaireMalformed, which says where and why."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"), object_pairs_hook=_once_each)
    except (OSError, ValueError) as odd:
        raise QuestionnaireMalformed(f"{file}: {odd}") from odd
    try:
        return read(content)
    except QuestionnaireMalformed as odd:
        raise QuestionnaireMalformed(f"{file}: {odd}") from odd


@cache
def default() -> Questionnaire:
    """The questionnaire that new forms are made from."""
    return load(DEFAULT_FILE)


def snapshot(questionnaire: Questionnaire) -> dict[str, Any]:
    """The whole questionnaire as JSON, to be kept with the answers; read() makes it a Questionnaire again."""
    kept: dict[str, Any] = json.loads(json.dumps(asdict(questionnaire)))
    return kept


def fingerprint(content: dict[str, Any]) -> str:
    """SHA-256 of a snapshot, the same whatever the order of its keys."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def as_asked(questionnaire: Questionnaire, answers: Mapping[str, str | None]) -> tuple[Asked, ...]:
    """Every question with its answer; a follow-up date only where its answer asked for it. Dates stay ISO."""
    asked = []
    for question in questionnaire.questions:
        answer = answers.get(question.key)
        asked.append(Asked(question.words, question.label(answer)))
        asked += [
            Asked(date.words, answers.get(date.field) or "")
            for date in question.dates
            if question.asks_date(date.field, answer)
        ]
    return tuple(asked)


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = [key for key, _ in pairs]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        raise QuestionnaireMalformed(f"{', '.join(twice)} is written twice in one place.")
    return dict(pairs)


default()  # a questionnaire that cannot be read stops the start, with the file and the reason
