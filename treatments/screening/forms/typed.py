"""What a client has typed so far, field by field, and what of it counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from clients.links.forms import DATE_FORMATS
from treatments.screening.questionnaire import Question, Questionnaire
from treatments.screening.questionnaire.words import UNSURE, Section, values_of

Value = str | list[str]
Typed = Mapping[str, Value]
BIRTH = "date_of_birth"
LONGEST = 2000  # characters of one answer in the client's own words


@dataclass(frozen=True)
class Part:
    """One page of the form."""

    number: int
    total: int
    section: Section
    questions: tuple[Question, ...]

    @property
    def asks_birth(self) -> bool:
        """The date of birth comes first."""
        return self.number == 1

    def leads_here(self, question: Question) -> bool:
        """Whether it is asked because of an answer on this same page."""
        keys = {other.key for other in self.questions}
        return any(shown.key in keys for shown in question.shown)


@lru_cache(maxsize=64)
def parts(questionnaire: Questionnaire) -> tuple[Part, ...]:
    """The pages, in order. A question without a section of its own stands on the last one."""
    sections = questionnaire.sections or (Section("questions", "Your health"),)
    known = {section.key for section in sections}
    asked: dict[str, list[Question]] = {section.key: [] for section in sections}
    for question in questionnaire.questions:
        if question.asked_of == "client":
            asked[question.section if question.section in known else sections[-1].key].append(question)
    filled = [section for section in sections if asked[section.key]]
    return tuple(
        Part(number, len(filled), section, tuple(asked[section.key])) for number, section in enumerate(filled, 1)
    )


def applies(questionnaire: Questionnaire, question: Question, typed: Typed) -> bool:
    """Whether the answers so far ask this question; an answer to a question that is not asked counts for nothing."""
    if not question.shown:
        return True
    known = questionnaire.by_key
    return all(
        shown.key in known
        and applies(questionnaire, known[shown.key], typed)
        and not values_of(typed.get(shown.key)).isdisjoint(shown.values)
        for shown in question.shown
    )


@lru_cache(maxsize=64)
def names(questionnaire: Questionnaire) -> Mapping[str, bool]:
    """Every field of the form: whether it takes many values."""
    found = {BIRTH: False}
    for question in questionnaire.questions:
        if question.asked_of == "client":
            found[question.key] = question.kind == "many"
            found |= {asked.field: False for asked in question.texts}
            for asked in question.dates:
                found |= {asked.field: False, unsure(asked.field): False}
    return found


def unsure(field: str) -> str:
    """The name of the tick beside a date: not sure of it."""
    return f"{field}_unsure"


def as_typed(questionnaire: Questionnaire, answers: Mapping[str, object]) -> dict[str, Value]:
    """A draft, or answers that were kept once, as the fields of the form show them."""
    known, typed = names(questionnaire), dict[str, Value]()
    for name, value in answers.items():
        if name not in known or not value:
            continue
        if value == UNSURE and unsure(name) in known:
            typed[unsure(name)] = "on"
        elif known[name] == isinstance(value, list):
            typed[name] = value if isinstance(value, list) else str(value)
    return typed


def day_in(words: object) -> date | None:
    """The day that was typed, in any way the form takes; None for no day."""
    for how in DATE_FORMATS:
        try:
            return datetime.strptime(str(words).strip(), how).date()  # noqa: DTZ007  a day has no time zone
        except ValueError:
            continue
    return None
