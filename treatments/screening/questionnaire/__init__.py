"""What a client is asked, as data: questions, options, follow-up dates and rules, with their reasons and sources."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from treatments.screening.questionnaire.lines import line_of, line_of_second
from treatments.screening.questionnaire.places import QuestionnaireMalformed
from treatments.screening.questionnaire.reading import read
from treatments.screening.questionnaire.words import (
    AgeRule,
    Answers,
    DateQuestion,
    Option,
    Question,
    Questionnaire,
    Rule,
    Section,
    Shown,
    TextQuestion,
)

__all__ = [
    "DEFAULT_FILE",
    "AgeRule",
    "Answers",
    "Asked",
    "DateQuestion",
    "Option",
    "Question",
    "Questionnaire",
    "QuestionnaireMalformed",
    "Rule",
    "Section",
    "Shown",
    "TextQuestion",
    "as_asked",
    "default",
    "fingerprint",
    "load",
    "read",
    "read_kept",
    "snapshot",
]

DEFAULT_FILE = Path(__file__).parent / "default.json"


@dataclass(frozen=True)
class Asked:
    """One question and its answer, in the words the client saw. `key` is the question's, or the follow-up's."""

    words: str
    answer: str
    key: str = ""


class FileMalformed(QuestionnaireMalformed):
    """A questionnaire in a file cannot be read: file, line and reason."""

    def __init__(self, file: Path, line: int | None, reason: str) -> None:
        super().__init__(f"{file}:{line}" if line else str(file), reason)


def load(file: Path) -> Questionnaire:
    """The questionnaire in a JSON file. Raises QuestionnaireMalformed, which says where, down to the line, and why."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as odd:
        raise FileMalformed(file, None, "cannot be read as text (UTF-8).") from odd
    try:
        content = json.loads(text)
    except json.JSONDecodeError as odd:
        raise FileMalformed(file, odd.lineno, f"not JSON: {odd.msg}.") from odd
    twice = line_of_second(text)
    if twice:
        raise FileMalformed(file, twice[0], f"{twice[1]} is written twice in one place.")
    try:
        return read(content)
    except QuestionnaireMalformed as odd:
        raise FileMalformed(file, line_of(text, odd.place.steps), str(odd)) from odd


@cache
def default() -> Questionnaire:
    """The questionnaire that new forms are made from."""
    return load(DEFAULT_FILE)


def snapshot(questionnaire: Questionnaire) -> dict[str, Any]:
    """The whole questionnaire as JSON, to be kept with the answers; read() makes it a Questionnaire again."""
    kept: dict[str, Any] = json.loads(json.dumps(asdict(questionnaire)))
    return kept


def read_kept(content: object) -> Questionnaire:
    """read(), for what the database keeps: the same one is asked for again and again."""
    return _read_text(json.dumps(content))


@lru_cache(maxsize=64)
def _read_text(text: str) -> Questionnaire:
    return read(json.loads(text))


def fingerprint(content: dict[str, Any]) -> str:
    """SHA-256 of a snapshot, the same whatever the order of its keys."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def as_asked(
    questionnaire: Questionnaire, answers: Answers, wording: Mapping[str, str] | None = None
) -> tuple[Asked, ...]:
    """Every question that was shown, with its answer and the follow-ups that its answer asked for. Dates stay ISO.

    `wording` maps our words to those of the language that was read.
    """
    read_as = wording or {}
    asked = []
    for key in questionnaire.in_effect(answers):
        question, answer = questionnaire.by_key[key], answers.get(key)
        labels = [read_as.get(label, label) for label in question.labels(answer)]
        asked.append(Asked(read_as.get(question.words, question.words), ", ".join(labels), key))
        asked += [
            Asked(read_as.get(words, words), str(answers.get(field) or ""), field)
            for field, words in question.follow_ups(answer)
        ]
    return tuple(asked)


default()  # a questionnaire that cannot be read stops the start, with the file and the reason
