"""The client's form for one step, made from its questions, and the practitioner's note on a red flag."""

from typing import Any

from crispy_forms.bootstrap import InlineRadios
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout
from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from treatments.followups.questions import LONGEST_COMMENT, NONE_OF_THESE, ZERO_TO_TEN, Answers, Kind, Question

CHOOSE = _("Please choose an answer.")
CHOOSE_ANY = _("Please tick what you have, or “None of these”.")
NONE_OR_SOME = _("Please tick what you have, or “None of these”, not both.")


class ReplyForm(forms.Form):
    """Nothing is filled in beforehand: whoever opens the link sees nobody's health."""

    def __init__(self, *args: Any, questions: tuple[Question, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        for question in questions:
            self.fields[question.key] = _field(question)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(*[Div(_laid_out(question), css_class="question") for question in questions])

    def clean(self) -> None:
        """None of these, or some of them."""
        for question in self.questions:
            chosen = self.cleaned_data.get(question.key) or []
            if question.kind is Kind.ANY and NONE_OF_THESE in chosen and len(chosen) > 1:
                self.add_error(question.key, NONE_OR_SOME)

    def answers(self) -> Answers:
        """What was answered, in the questions' own keys."""
        return {question.key: self.cleaned_data[question.key] for question in self.questions}


class ActedForm(forms.Form):
    """What was done about a red flag."""

    note = forms.CharField(
        label="What did you do?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="For example: called at 14:10, seen at 15:00, sent to the GP. It is kept with the answers.",
        error_messages={"required": "Write down what you did; it is kept with the answers."},
    )


def _field(question: Question) -> forms.Field:
    label, help_text = gettext(question.asks), gettext(question.help) if question.help else ""
    options = [(key, gettext(words)) for key, words in question.options]
    if question.kind is Kind.ONE:
        return forms.ChoiceField(
            label=label,
            help_text=help_text,
            choices=options,
            widget=forms.RadioSelect,
            error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
        )
    if question.kind is Kind.ANY:
        return forms.MultipleChoiceField(
            label=label,
            help_text=help_text,
            choices=options,
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": CHOOSE_ANY, "invalid_choice": CHOOSE_ANY},
        )
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=question.required,
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def _laid_out(question: Question) -> Field:
    return InlineRadios(question.key) if question.options == ZERO_TO_TEN else Field(question.key)
