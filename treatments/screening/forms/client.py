"""The client's form, page by page, made from the questionnaire."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from django import forms
from django.utils import translation
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from clients.links.forms import SignsByName
from treatments.screening.forms import fields as of
from treatments.screening.forms.typed import (
    BIRTH,
    Part,
    Typed,
    Value,
    applies,
    as_typed,
    day_in,
    parts,
    unsure,
)
from treatments.screening.questionnaire import Question, Questionnaire
from treatments.screening.questionnaire.words import UNSURE, Answers

BORN_SINCE = date(1900, 1, 1)


class PartForm(forms.Form):
    """The questions of one page, with every follow-up that they may lead to.

    `follow_ups` says whether the follow-ups are held against the answers: not where they were out of sight.
    """

    helper: Any  # crispy's, and what it notes while it renders
    rendered_fields: set[str]

    def __init__(
        self,
        posted: Any = None,
        *,
        questionnaire: Questionnaire,
        part: Part,
        typed: Typed,
        today: date,
        follow_ups: bool = True,
    ) -> None:
        super().__init__(posted)
        self.questionnaire, self.part, self.today, self.follow_ups = questionnaire, part, today, follow_ups
        self.fields.update(self._wanted(typed))
        self.typed: dict[str, Value] = dict(typed) | (self._posted(posted) if posted is not None else {})

    def _wanted(self, typed: Typed) -> Mapping[str, forms.Field]:
        return _fields(self.questionnaire, self.part.number, get_language() or "en")

    def _posted(self, posted: Any) -> dict[str, Value]:
        """What the page sent, as it was typed; for a field that it did not send, nothing."""
        values: dict[str, Value] = {}
        for name, field in self.fields.items():
            many = isinstance(field, forms.MultipleChoiceField)
            values[name] = (
                list(field.widget.value_from_datadict(posted, {}, name) or ()) if many else posted.get(name, "")
            )
        return values

    @property
    def saved(self) -> dict[str, Value]:
        """What this page adds to the draft."""
        return {name: self.typed[name] for name in self.fields}

    def is_asked(self, question: Question) -> bool:
        """Whether the answers so far ask this question at all."""
        return applies(self.questionnaire, question, self.typed)

    def clean_date_of_birth(self) -> date:
        """A day from 1900 until today."""
        born: date = self.cleaned_data[BIRTH]
        if born > self.today:
            raise forms.ValidationError(of.IN_FUTURE)
        if born < BORN_SINCE:
            raise forms.ValidationError(of.TOO_OLD)
        return born

    def clean(self) -> None:
        """Each question that is asked needs its answer, and each follow-up that the answer asks for a possible one."""
        for question in self.part.questions:
            in_sight = self.follow_ups or not self.part.leads_here(question)
            if not in_sight or not self.is_asked(question):
                self._forget(question.key, *_follow_ups(question))
                continue
            self._check_answer(question)
            answer = self.typed.get(question.key)
            for asked in question.dates:
                if self.follow_ups and question.asks_date(asked.field, answer):
                    self._check_date(asked.field)
                else:
                    self._forget(asked.field)
            self._forget(*(t.field for t in question.texts if not question.asks_text(t.field, answer)))

    def _forget(self, *names: str) -> None:
        """Left over from another answer: nothing is wrong with it, and it is not kept with the answers."""
        for name in names:
            self.errors.pop(name, None)

    def _check_answer(self, question: Question) -> None:
        if question.key not in self.fields or question.key in self.errors:
            return
        if question.required and not self.cleaned_data.get(question.key):
            self.add_error(question.key, of.choose(question))

    def _check_date(self, field: str) -> None:
        if field not in self.fields or field in self.errors:
            return
        day, not_sure = self.cleaned_data.get(field), self.cleaned_data.get(unsure(field))
        born = day_in(self.typed.get(BIRTH, ""))
        if bool(day) == bool(not_sure):
            self.add_error(field, of.ONE_OF_BOTH if day else of.GIVE_DATE)
        elif day and day > self.today:
            self.add_error(field, of.IN_FUTURE)
        elif day and born and day < born:
            self.add_error(field, of.BEFORE_BIRTH)

    def answers(self) -> Iterator[tuple[str, str | list[str] | None]]:
        """What was answered on this page, in the questionnaire's words; None where nothing was."""
        given = self.cleaned_data
        if self.part.asks_birth:
            yield BIRTH, given[BIRTH].isoformat()
        for question in self.part.questions:
            answer = given.get(question.key) if self.is_asked(question) else None
            yield question.key, answer or None
            for asked in question.dates:
                if question.asks_date(asked.field, answer):
                    day = given[asked.field]
                    yield asked.field, day.isoformat() if day else UNSURE
            for text in question.texts:
                if question.asks_text(text.field, answer) and given[text.field]:
                    yield text.field, given[text.field]


class MoreForm(PartForm):
    """The follow-ups that the answers of one page ask for, alone: for a browser that could not show them at once."""

    def _wanted(self, typed: Typed) -> Mapping[str, forms.Field]:
        wanted = {name for question in self.part.questions for name in self._more(question, typed)}
        return {name: field for name, field in super()._wanted(typed).items() if name in wanted}

    def _more(self, question: Question, typed: Typed) -> Iterator[str]:
        if not applies(self.questionnaire, question, typed):
            return
        if self.part.leads_here(question):
            yield question.key
        for asked in question.dates:
            if question.asks_date(asked.field, typed.get(question.key)):
                yield from (asked.field, unsure(asked.field))
        yield from (text.field for text in question.texts if question.asks_text(text.field, typed.get(question.key)))

    @property
    def asks_more(self) -> bool:
        """Whether there is anything to say on this page: a field, or advice."""
        return bool(self.fields) or any(
            option.advice and option.value == self.typed.get(question.key)
            for question in self.part.questions
            for option in question.options
        )


class SignForm(SignsByName):
    """The statement of truth and the name below it."""

    statement = forms.BooleanField(
        label=_(of.STATEMENT), error_messages={"required": _("Please tick this to sign the form.")}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["statement", "signed_name"])


class AnswerForm(forms.Form):
    """The answer to one question that the practitioner asked."""

    answer = forms.CharField(
        label=_("Your answer"),
        max_length=4000,
        error_messages={"required": _("Please write your answer.")},
        widget=forms.Textarea(attrs={"rows": 6}),
    )


def filled(questionnaire: Questionnaire, typed: Mapping[str, object], today: date) -> list[PartForm]:
    """Every page, held against what was typed so far."""
    kept = as_typed(questionnaire, typed)
    return [
        PartForm(kept, questionnaire=questionnaire, part=part, typed=kept, today=today) for part in parts(questionnaire)
    ]


def answers_of(pages: list[PartForm], signed_name: str) -> Answers:
    """All answers, of pages that have no errors."""
    answers: dict[str, str | list[str] | None] = {"signed_name": signed_name}
    for page in pages:
        answers |= dict(page.answers())
    return answers


@lru_cache(maxsize=512)
def _fields(questionnaire: Questionnaire, number: int, language: str) -> Mapping[str, forms.Field]:
    """The fields of one page in a language. All forms share them: nothing alters a field."""
    with translation.override(language):
        return dict(_made(questionnaire, parts(questionnaire)[number - 1]))


def _made(questionnaire: Questionnaire, part: Part) -> Iterator[tuple[str, forms.Field]]:
    if part.asks_birth:
        yield BIRTH, of.date_field(gettext(questionnaire.birth_words), required=True)
    for question in part.questions:
        yield question.key, of.choice_field(question)
        for asked in question.dates:
            yield asked.field, of.date_field(gettext(asked.words))
            yield unsure(asked.field), of.unsure_field()
        for text in question.texts:
            yield text.field, of.text_field(gettext(text.words))


def _follow_ups(question: Question) -> list[str]:
    return [asked.field for asked in question.dates] + [text.field for text in question.texts]
