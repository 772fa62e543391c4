"""The client's form for one step, made from its questions, and the practitioner's note on a red flag."""

from typing import Any

from crispy_forms.bootstrap import InlineRadios
from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Layout
from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.practice.guidance import in_their_degrees
from treatments.followups.questions import LONGEST_COMMENT, NONE_OF_THESE, ZERO_TO_TEN, Answers, Kind, Question

AT_ONCE = '{% include "followups/at_once.html" %}'
EMERGENCY_SIGN = "breathing"  # every set that has an emergency has this one; public.css knows which answers show it
CHOOSE = _("Please choose an answer.")
CHOOSE_ANY = _("Please tick what you have, or “None of these”.")
NONE_OR_SOME = _("Please tick what you have, or “None of these”, not both.")


class ReplyForm(forms.Form):
    """Nothing is filled in beforehand but the draft of whoever may see it: a link alone shows nobody's health."""

    def __init__(self, *args: Any, questions: tuple[Question, ...], country: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        for question in questions:
            self.fields[question.key] = _field(question, country)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.layout = Layout(*[Div(*_laid_out(question), css_class="question") for question in questions])

    def clean(self) -> None:
        """None of these, or some of them."""
        for question in self.questions:
            chosen = self.cleaned_data.get(question.key) or []
            if question.kind is Kind.ANY and NONE_OF_THESE in chosen and len(chosen) > 1:
                self.add_error(question.key, NONE_OR_SOME)

    def answers(self) -> Answers:
        """What was answered, in the questions' own keys."""
        return {question.key: self.cleaned_data[question.key] for question in self.questions}


def typed_in(questions: tuple[Question, ...], posted: QueryDict) -> Answers:
    """Of what a page sent the answers that its questions offer, as they stand: a draft, in order or not."""
    typed: Answers = {}
    for question in questions:
        if question.key not in posted:
            continue
        given = posted.getlist(question.key)
        if question.kind is Kind.TEXT:
            typed[question.key] = given[-1].replace("\x00", "")[:LONGEST_COMMENT]
            continue
        offered = [key for key, _words in question.options if key in given]
        typed[question.key] = offered if question.kind is Kind.ANY else "".join(offered[:1])
    return typed


class NotedForm(forms.Form):
    """What was done, in a tap or in words: a button that says it, and what there is to add."""

    sayings: tuple[str, ...] = ()
    missing = ""

    note = forms.CharField(max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4}))

    def clean(self) -> dict[str, Any]:
        """The saying of the button that was pressed, then the words; one of them at least."""
        said = [one for one in self.sayings if one == self.data.get("said")]
        note = "\n".join([*said, *filter(None, [self.cleaned_data.get("note", "").strip()])])
        if not note and not self.errors:
            self.add_error("note", self.missing)
        return {"note": note}


class ActedForm(NotedForm):
    """What was done about a red flag; `reached`: somebody has spoken to the client."""

    reached = forms.BooleanField(label="I have spoken to the client", required=False)

    sayings = (
        "Called: nothing to worry about",
        "Called: comes to the clinic today",
        "Called: sent to a doctor or to urgent care",
        "Called: told to call the emergency number",
    )
    missing = "Write down what you did; it is kept with the answers."

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].label = "What did you do?"
        self.fields["note"].help_text = "For example: called at 14:10, seen at 15:00. It is kept with the answers."

    def clean(self) -> dict[str, Any]:
        """Every one of the sayings is of a call that reached the client."""
        reached = bool(self.cleaned_data.get("reached")) or self.data.get("said") in self.sayings
        return {**super().clean(), "reached": reached}


class CalledForm(NotedForm):
    """What came of calling a client who did not answer."""

    sayings = ("Called: all is well", "Called: comes to the clinic", "Not reached: left a message")
    missing = "Write down what came of it; it is kept with the follow-up."

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].label = "What came of it?"
        self.fields["note"].help_text = "It is kept with the follow-up."


def _field(question: Question, country: str) -> forms.Field:
    label, help_text = gettext(question.asks), gettext(question.help) if question.help else ""
    options = [(key, in_their_degrees(gettext(words), country)) for key, words in question.options]
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


def _laid_out(question: Question) -> list[Field | HTML]:
    """The question; where it can tell of an emergency, whom to call stands ready for the moment it does."""
    if question.options == ZERO_TO_TEN:
        return [InlineRadios(question.key)]
    return [Field(question.key), *([HTML(AT_ONCE)] if EMERGENCY_SIGN in dict(question.options) else [])]
