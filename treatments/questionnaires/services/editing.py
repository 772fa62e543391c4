"""A questionnaire with one thing changed: questionnaire in, questionnaire out."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from treatments.questionnaires.services.refusals import NoSuchQuestion, NotToBeUsed, StillNeeded
from treatments.screening.questionnaire import (
    Option,
    Question,
    Questionnaire,
    QuestionnaireMalformed,
    Rule,
    read,
    snapshot,
)
from treatments.screening.questionnaire.words import UNSURE

DATED = ("defer", "review_window")
NO_RULE = ""
OWN = "own_"
OWN_SOURCE = "The clinic's own rule."
LONGEST_KEY = 40


@dataclass(frozen=True)
class RuleEdit:
    """What is to become of a rule: a level ("" takes it away), days, reasons, and whether a letter is needed."""

    level: str
    why: str = ""
    client_why: str = ""
    days: int = 0
    needs_letter: bool = False


@dataclass(frozen=True)
class QuestionEdit:
    """What is to become of a question: its words, and its rules in their order. `added` are rules by answer."""

    words: str
    required: bool
    help: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    rules: tuple[RuleEdit, ...] = ()
    added: Mapping[str, RuleEdit] = field(default_factory=dict)


@dataclass(frozen=True)
class NewQuestion:
    """A question of the clinic's own; each answer with its label and what follows from it."""

    title: str
    words: str
    why: str
    section: str
    answers: tuple[tuple[str, RuleEdit], ...]
    help: str = ""
    required: bool = True
    kind: str = "one"


def checked(questionnaire: Questionnaire) -> Questionnaire:
    """The questionnaire, once it can be read back strictly. Raises NotToBeUsed, which says where it cannot."""
    try:
        return read(snapshot(questionnaire))
    except QuestionnaireMalformed as odd:
        raise NotToBeUsed(f"A form cannot be made from this. Correct this part and save again: {odd}") from odd


def question_of(questionnaire: Questionnaire, key: str) -> Question:
    """The question with that key. Raises NoSuchQuestion."""
    found = next((question for question in questionnaire.questions if question.key == key), None)
    if found is None:
        raise NoSuchQuestion
    return found


def edited(questionnaire: Questionnaire, key: str, edit: QuestionEdit) -> Questionnaire:
    """With one question changed. Raises NoSuchQuestion, NotToBeUsed."""
    was = question_of(questionnaire, key)
    if len(edit.rules) != len(was.rules):
        raise NoSuchQuestion
    kept = [_rule(rule, told, f"rule_{n}") for n, (rule, told) in enumerate(zip(was.rules, edit.rules, strict=True))]
    own = [_own_rule((value,), told) for value, told in edit.added.items() if told.level != NO_RULE]
    rules = tuple(rule for rule in [*kept, *own] if rule is not None)
    used = {rule.date_field for rule in rules}
    now = replace(
        was,
        words=edit.words,
        help=edit.help,
        required=edit.required,
        options=tuple(replace(o, label=edit.labels.get(o.value, o.label)) for o in was.options),
        rules=rules,
        dates=tuple(date for date in was.dates if date.field in used),
    )
    return _with(questionnaire, [now if question.key == key else question for question in questionnaire.questions])


def with_new(questionnaire: Questionnaire, new: NewQuestion, taken: Iterable[str]) -> Questionnaire:
    """With a question of the clinic's own at the end of its section; its key is none of `taken`."""
    values = _values([label for label, _ in new.answers])
    question = Question(
        key=_key(new.title, {*taken, *(known.key for known in questionnaire.questions)}),
        title=new.title,
        words=new.words,
        why=new.why,
        help=new.help,
        required=new.required,
        kind=new.kind,
        section=new.section,
        options=tuple(Option(value, label) for value, (label, _) in zip(values, new.answers, strict=True)),
        rules=tuple(
            _own_rule((value,), told)
            for value, (_, told) in zip(values, new.answers, strict=True)
            if told.level != NO_RULE
        ),
    )
    return _with(questionnaire, _inserted(questionnaire.questions, question, new.section))


def without(questionnaire: Questionnaire, key: str) -> Questionnaire:
    """With one question less. Raises NoSuchQuestion, StillNeeded."""
    gone = question_of(questionnaire, key)
    leaning = [q.title for q in questionnaire.questions if any(shown.key == key for shown in q.shown)]
    if leaning:
        raise StillNeeded(f"“{leaning[0]}” is asked only with an answer to “{gone.title}”. Retire that one first.")
    return _with(questionnaire, [question for question in questionnaire.questions if question.key != key])


def restored(questionnaire: Questionnaire, key: str, origin: Questionnaire) -> Questionnaire:
    """With one question as it is in `origin`, at its place there. Raises NoSuchQuestion."""
    whole = question_of(origin, key)
    order = [question.key for question in origin.questions]
    before = set(order[: order.index(key)])
    kept = [question for question in questionnaire.questions if question.key != key]
    place = max((n + 1 for n, question in enumerate(kept) if question.key in before), default=0)
    return _with(questionnaire, [*kept[:place], whole, *kept[place:]])


def _with(questionnaire: Questionnaire, questions: Iterable[Question]) -> Questionnaire:
    return checked(replace(questionnaire, questions=tuple(questions)))


def _rule(was: Rule, told: RuleEdit, field_name: str) -> Rule | None:
    """The rule as it is to be; None when it is taken away. Who approved it is forgotten once it does something else."""
    if told.level == NO_RULE:
        return None
    if told.level in DATED and not was.date_field:
        raise NotToBeUsed("No date is asked with this answer, so it cannot wait. Choose another level.", field_name)
    dated = told.level in DATED
    now = replace(
        was,
        level=told.level,
        days=told.days if dated else 0,
        date_field=was.date_field if dated else "",
        why=told.why,
        client_why=told.client_why,
        needs_letter=told.needs_letter and told.level != "note",
    )
    return was if now == was else replace(now, approved_by="", approved_on="")


def _own_rule(values: tuple[str, ...], told: RuleEdit) -> Rule:
    return Rule(
        values=values,
        level=told.level,
        why=told.why,
        client_why=told.client_why,
        needs_letter=told.needs_letter and told.level != "note",
        source=OWN_SOURCE,
    )


def _inserted(questions: tuple[Question, ...], new: Question, section: str) -> list[Question]:
    last = max((n + 1 for n, question in enumerate(questions) if question.section == section), default=len(questions))
    return [*questions[:last], new, *questions[last:]]


def _slug(words: str) -> str:
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:LONGEST_KEY].strip("_")


def _key(title: str, taken: set[str]) -> str:
    stem = f"{OWN}{_slug(title) or 'question'}"
    numbered = (f"{stem}_{n}" for n in range(2, len(taken) + 3))
    return stem if stem not in taken else next(key for key in numbered if key not in taken)


def _values(labels: list[str]) -> list[str]:
    values: list[str] = []
    for number, label in enumerate(labels, start=1):
        value = _slug(label)
        fine = re.match("[a-z]", value) and value != UNSURE and value not in values
        values.append(value if fine else f"answer_{number}")
    return values
