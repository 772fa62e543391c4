"""A questionnaire with one thing changed: questionnaire in, questionnaire out."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from treatments.questionnaires.services.refusals import NoSuchQuestion, NotToBeUsed, StillNeeded
from treatments.screening.questionnaire import (
    DateQuestion,
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
LETTERED = ("review", "review_window")
NO_RULE = ""
OWN = "own_"
OWN_SOURCE = "The clinic's own rule."
LONGEST_KEY = 40


@dataclass(frozen=True)
class RuleEdit:
    """What is to become of a rule: a level ("" takes it away), days, reasons, and whether a letter is needed.

    `date_words` ask for the date that a rule without one waits from: those of a date that is asked, or new ones.
    """

    level: str
    why: str = ""
    client_why: str = ""
    days: int = 0
    needs_letter: bool = False
    date_words: str = ""


@dataclass(frozen=True)
class Approval:
    """Who approved the rules, and when (ISO): both, or neither."""

    by: str
    on: str


@dataclass(frozen=True)
class QuestionEdit:
    """What is to become of a question: its words, and its rules in their order. `added` are rules by answer.

    `dates` are other words for follow-up dates, by field. `approval` is written on every rule; None leaves it alone.
    """

    words: str
    required: bool
    help: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    rules: tuple[RuleEdit, ...] = ()
    added: Mapping[str, RuleEdit] = field(default_factory=dict)
    dates: Mapping[str, str] = field(default_factory=dict)
    approval: Approval | None = None


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


def edited(questionnaire: Questionnaire, key: str, edit: QuestionEdit, taken: Iterable[str] = ()) -> Questionnaire:
    """With one question changed; a new date is called none of `taken`. Raises NoSuchQuestion, NotToBeUsed."""
    was = question_of(questionnaire, key)
    if len(edit.rules) != len(was.rules):
        raise NoSuchQuestion
    dates = Dates(was.dates, f"{key}_date", {*taken, *questionnaire.date_fields, *questionnaire.text_fields})
    dates.reword(edit.dates)
    rules = _rules(was, edit, dates)
    used = {rule.date_field for rule in rules}
    now = replace(
        was,
        words=edit.words,
        help=edit.help,
        required=edit.required,
        options=tuple(replace(o, label=edit.labels.get(o.value, o.label)) for o in was.options),
        rules=tuple(_approved(rule, edit.approval) for rule in rules),
        dates=tuple(date for date in dates.asked if date.field in used),
    )
    return _with(questionnaire, [now if question.key == key else question for question in questionnaire.questions])


def with_new(questionnaire: Questionnaire, new: NewQuestion, taken: Iterable[str]) -> Questionnaire:
    """With a question of the clinic's own at the end of its section; its names are none of `taken`."""
    values = _values([label for label, _ in new.answers])
    used = {*taken, *(known.key for known in questionnaire.questions)}
    key = _unused(f"{OWN}{_slug(new.title) or 'question'}", used)
    dates = Dates((), f"{key}_date", used | questionnaire.date_fields | questionnaire.text_fields)
    told = [(value, rule, f"rule_{n}") for n, (value, (_, rule)) in enumerate(zip(values, new.answers, strict=True))]
    question = Question(
        key=key,
        title=new.title,
        words=new.words,
        why=new.why,
        help=new.help,
        required=new.required,
        kind=new.kind,
        section=new.section,
        options=tuple(Option(value, label) for value, (label, _) in zip(values, new.answers, strict=True)),
        rules=tuple(_own_rule((value,), rule, at, dates) for value, rule, at in told if rule.level != NO_RULE),
        dates=tuple(dates.asked),
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


class Dates:
    """The follow-up dates of one question, while its rules are written."""

    def __init__(self, asked: Iterable[DateQuestion], stem: str, taken: set[str]) -> None:
        self.asked = list(asked)
        self._stem, self._taken = stem, taken

    def reword(self, words: Mapping[str, str]) -> None:
        """Ask for them in other words."""
        self.asked = [replace(date, words=words.get(date.field, date.words)) for date in self.asked]

    def field_for(self, words: str, place: str) -> str:
        """The date that is asked for in these words, a new one if there is none. Raises NotToBeUsed without words."""
        if not words.strip():
            raise NotToBeUsed("Write how the client is asked for the date that this waits from.", place)
        known = next((date.field for date in self.asked if date.words == words.strip()), "")
        if not known:
            known = _unused(self._stem, self._taken | {date.field for date in self.asked})
            self.asked.append(DateQuestion(known, words.strip()))
        return known


def _rules(was: Question, edit: QuestionEdit, dates: Dates) -> list[Rule]:
    kept = [
        _rule(rule, told, f"rule_{n}", dates) for n, (rule, told) in enumerate(zip(was.rules, edit.rules, strict=True))
    ]
    own = [
        _own_rule((value,), told, f"added_{value}", dates)
        for value, told in edit.added.items()
        if told.level != NO_RULE
    ]
    return [rule for rule in [*kept, *own] if rule is not None]


def _rule(was: Rule, told: RuleEdit, place: str, dates: Dates) -> Rule | None:
    """The rule as it is to be; None when it is taken away. Who approved it is forgotten once it does something else."""
    if told.level == NO_RULE:
        return None
    now = _told(was, told, place, dates)
    return was if now == was else replace(now, approved_by="", approved_on="")


def _own_rule(values: tuple[str, ...], told: RuleEdit, place: str, dates: Dates) -> Rule:
    return _told(Rule(values=values, level=told.level, why=told.why, source=OWN_SOURCE), told, place, dates)


def _told(rule: Rule, told: RuleEdit, place: str, dates: Dates) -> Rule:
    dated = told.level in DATED
    field_name = (rule.date_field or dates.field_for(told.date_words, f"{place}_date_words")) if dated else ""
    return replace(
        rule,
        level=told.level,
        days=told.days if dated else 0,
        date_field=field_name,
        why=told.why,
        client_why=told.client_why,
        needs_letter=told.needs_letter and told.level in LETTERED,
    )


def _approved(rule: Rule, approval: Approval | None) -> Rule:
    return replace(rule, approved_by=approval.by, approved_on=approval.on) if approval else rule


def _inserted(questions: tuple[Question, ...], new: Question, section: str) -> list[Question]:
    last = max((n + 1 for n, question in enumerate(questions) if question.section == section), default=len(questions))
    return [*questions[:last], new, *questions[last:]]


def _slug(words: str) -> str:
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:LONGEST_KEY].strip("_")


def _unused(stem: str, taken: set[str]) -> str:
    numbered = (f"{stem}_{n}" for n in range(2, len(taken) + 3))
    return stem if stem not in taken else next(name for name in numbered if name not in taken)


def _values(labels: list[str]) -> list[str]:
    values: list[str] = []
    for number, label in enumerate(labels, start=1):
        value = _slug(label)
        fine = re.match("[a-z]", value) and value != UNSURE and value not in values
        values.append(value if fine else f"answer_{number}")
    return values
