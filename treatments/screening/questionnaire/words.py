"""The parts of a questionnaire. Frozen: whoever holds one may rely on it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property

UNSURE = "unsure"
UNSURE_LABEL = "I'm not sure"
NOBODY = 1000  # years: older than anybody, so that a rule without a lower age has none
Answers = Mapping[str, str | list[str] | None]
AGE = re.compile(r"(?:(?P<least>\d{1,3})<=)?age<(?P<below>\d{1,3})")


def values_of(answer: object) -> frozenset[str]:
    """The values of an answer: none, one, or many."""
    if isinstance(answer, str):
        return frozenset([answer]) if answer else frozenset()
    return frozenset(answer) if isinstance(answer, list | tuple) else frozenset()


@dataclass(frozen=True)
class Option:
    """One possible answer; "I'm not sure" is always offered besides.

    Chosen, it tells the client `advice` at once, and at the end `see_doctor`, when it should be looked at by one.
    """

    value: str
    label: str
    advice: str = ""
    see_doctor: str = ""


@dataclass(frozen=True)
class DateQuestion:
    """A follow-up: when? It is asked with the answers that a dated rule names."""

    field: str
    words: str


@dataclass(frozen=True)
class TextQuestion:
    """A follow-up: which? It is asked with these answers, and no rule reads it."""

    field: str
    words: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Shown:
    """A question that is asked only where another one was answered with one of these."""

    key: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """A page of the form."""

    key: str
    title: str
    help: str = ""


@dataclass(frozen=True)
class Rule:
    """When the answer is one of `values` and the plan is as `plan` says, a reason of this level.

    `defer` and `review_window` count `days` from the date in `date_field`. `why` is for the practitioner, `client_why`
    says the same to the client. Who approved it, and when (ISO), is empty until a clinician has.
    """

    values: tuple[str, ...]
    level: str
    why: str
    source: str
    plan: str = ""
    date_field: str = ""
    days: int = 0
    client_why: str = ""
    needs_letter: bool = False
    approved_by: str = ""
    approved_on: str = ""


@dataclass(frozen=True)
class AgeRule:
    """A reason by age in completed years, written as age<18 or 18<=age<22."""

    key: str
    when: str
    level: str
    why: str
    source: str
    client_why: str = ""
    approved_by: str = ""
    approved_on: str = ""

    def holds(self, age: int) -> bool:
        """Whether it applies at this age."""
        limits = AGE.fullmatch(self.when)
        if limits is None:
            raise ValueError(self.when)
        return int(limits["least"] or -NOBODY) <= age < int(limits["below"])


@dataclass(frozen=True)
class Question:
    """What the client reads: `words`, `help`, `why` we ask. `title` is its name for the practitioner.

    `kind` is one (answer) or many; `asked_of` is client or practitioner; it is shown when all of `shown` hold. Where
    it does not offer "I'm not sure", that is not an answer and counts as none: such a question is only for talking.
    """

    key: str
    title: str
    words: str
    why: str
    required: bool
    options: tuple[Option, ...]
    rules: tuple[Rule, ...]
    help: str = ""
    dates: tuple[DateQuestion, ...] = ()
    texts: tuple[TextQuestion, ...] = ()
    section: str = ""
    kind: str = "one"
    asked_of: str = "client"
    shown: tuple[Shown, ...] = ()
    offers_unsure: bool = True

    @cached_property
    def allowed(self) -> frozenset[str]:
        """Every answer it takes."""
        return frozenset(option.value for option in self.options) | {UNSURE}

    def asks_date(self, field: str, answer: object) -> bool:
        """Whether this answer needs that follow-up date."""
        given = values_of(answer)
        return any(rule.date_field == field and not given.isdisjoint(rule.values) for rule in self.rules)

    def asks_text(self, field: str, answer: object) -> bool:
        """Whether this answer asks "which?"."""
        given = values_of(answer)
        return any(text.field == field and not given.isdisjoint(text.values) for text in self.texts)

    def follow_ups(self, answer: object) -> tuple[tuple[str, str], ...]:
        """The field and the words of each date and text that this answer asks for."""
        dates = [(date.field, date.words) for date in self.dates if self.asks_date(date.field, answer)]
        texts = [(text.field, text.words) for text in self.texts if self.asks_text(text.field, answer)]
        return (*dates, *texts)

    def labels(self, answer: object) -> tuple[str, ...]:
        """The words of each value of an answer, in the order of the options; a value no longer offered as it is."""
        given = values_of(answer)
        known = [option.label for option in self.options if option.value in given]
        unsure = [UNSURE_LABEL] if UNSURE in given else []
        return (*known, *unsure, *sorted(given - self.allowed))

    def label(self, answer: object) -> str:
        """The words of an answer, or of many; "" when it was left out."""
        return ", ".join(self.labels(answer))

    def chosen(self, answer: object) -> tuple[Option, ...]:
        """The options of an answer."""
        given = values_of(answer)
        return tuple(option for option in self.options if option.value in given)


@dataclass(frozen=True)
class Questionnaire:
    """All of it. `attribution` says where the rules come from and who signed them."""

    version: str
    attribution: str
    face_areas: tuple[str, ...]
    birth_words: str
    birth_why: str
    age_rules: tuple[AgeRule, ...]
    questions: tuple[Question, ...]
    sections: tuple[Section, ...] = ()

    def __hash__(self) -> int:
        """As that of all its parts, reckoned once: pages are cached by the questionnaire they are made from."""
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash(tuple(getattr(self, field.name) for field in fields(self)))

    @cached_property
    def by_key(self) -> Mapping[str, Question]:
        """Every question by its key."""
        return {question.key: question for question in self.questions}

    @cached_property
    def date_fields(self) -> frozenset[str]:
        """The names of all follow-up dates."""
        return frozenset(asked.field for question in self.questions for asked in question.dates)

    @cached_property
    def text_fields(self) -> frozenset[str]:
        """The names of all follow-up texts."""
        return frozenset(asked.field for question in self.questions for asked in question.texts)

    def in_effect(self, answers: Answers) -> dict[str, frozenset[str]]:
        """The values answered to each question that is shown, in their order. What is not shown has no answer."""
        given: dict[str, frozenset[str]] = {}
        for question in self.questions:
            if all(not given.get(shown.key, frozenset()).isdisjoint(shown.values) for shown in question.shown):
                values = values_of(answers.get(question.key))
                given[question.key] = values if question.offers_unsure else values - {UNSURE}
        return given
