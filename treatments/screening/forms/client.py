"""The client's form, made from the questionnaire."""

from datetime import date
from typing import Any, cast

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Layout
from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from treatments.screening.questionnaire import Question, Questionnaire
from treatments.screening.questionnaire.words import UNSURE, UNSURE_LABEL

BORN_SINCE = date(1900, 1, 1)
DATE_FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d %b %Y", "%d %B %Y"]
CHOOSE = _("Please choose an answer. “I'm not sure” is one too.")
NO_DATE = _("Please write the whole date, such as 17/05/1985.")
UNSURE_DATE = _("I'm not sure of the date")
GIVE_DATE = _("Please give the date, or tick that you are not sure of it.")
ONE_OF_BOTH = _("Please give the date or tick that you are not sure of it, not both.")
IN_FUTURE = _("This date lies in the future. Please check it.")
BEFORE_BIRTH = _("This date is before your date of birth. Please check both.")
TOO_OLD = _("Please check the year of your birth.")
STATEMENT = _(
    "What I have written is true as far as I know. I will tell the clinic if anything changes before my treatment."
)


class ScreeningForm(forms.Form):
    """One group per question; nothing is filled in beforehand, so the page shows nobody's health."""

    def __init__(self, *args: Any, questionnaire: Questionnaire, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questionnaire, self.today = questionnaire, today
        self.fields["date_of_birth"] = _date_field(
            questionnaire.birth_words, help_text=_why(questionnaire.birth_why), required=True
        )
        for question in questionnaire.questions:
            self.fields[question.key] = _choice_field(question)
            for asked in question.dates:
                self.fields[asked.field] = _date_field(gettext(asked.words), required=False)
                self.fields[f"{asked.field}_unsure"] = forms.BooleanField(label=UNSURE_DATE, required=False)
        self.fields["statement"] = forms.BooleanField(
            label=STATEMENT, error_messages={"required": _("Please tick this to sign the form.")}
        )
        self.fields["signed_name"] = forms.CharField(
            label=_("Your full name, as your signature"),
            max_length=120,
            error_messages={"required": _("Please write your name to sign the form.")},
            widget=forms.TextInput(attrs={"autocomplete": "name"}),
        )
        self.helper = _helper(questionnaire)

    def clean_date_of_birth(self) -> date:
        """A day from 1900 until today."""
        born = cast(date, self.cleaned_data["date_of_birth"])
        if born > self.today:
            raise forms.ValidationError(IN_FUTURE)
        if born < BORN_SINCE:
            raise forms.ValidationError(TOO_OLD)
        return born

    def clean(self) -> None:
        """Each follow-up date that an answer asks for: one date or "not sure", and a possible one."""
        for question in self.questionnaire.questions:
            for asked in question.dates:
                if question.asks_date(asked.field, self.cleaned_data.get(question.key)):
                    self._check_date(asked.field)
                else:
                    self.errors.pop(asked.field, None)  # left over from another answer; it is not kept

    def _check_date(self, field: str) -> None:
        if field in self.errors:
            return
        day, unsure = self.cleaned_data.get(field), self.cleaned_data.get(f"{field}_unsure")
        born = self.cleaned_data.get("date_of_birth")
        if bool(day) == bool(unsure):
            self.add_error(field, ONE_OF_BOTH if day else GIVE_DATE)
        elif day and day > self.today:
            self.add_error(field, IN_FUTURE)
        elif day and born and day < born:
            self.add_error(field, BEFORE_BIRTH)

    def answers(self) -> dict[str, str | None]:
        """What was answered, in the questionnaire's words: dates as ISO, "unsure", None where nothing was asked."""
        given = self.cleaned_data
        answers: dict[str, str | None] = {
            "date_of_birth": given["date_of_birth"].isoformat(),
            "signed_name": given["signed_name"],
        }
        for question in self.questionnaire.questions:
            answers[question.key] = given[question.key] or None
            for asked in question.dates:
                if question.asks_date(asked.field, given[question.key]):
                    day = given[asked.field]
                    answers[asked.field] = day.isoformat() if day else UNSURE
        return answers


def _choice_field(question: Question) -> forms.ChoiceField:
    options = [(option.value, gettext(option.label)) for option in question.options]
    return forms.ChoiceField(
        label=gettext(question.words),
        choices=[*options, (UNSURE, gettext(UNSURE_LABEL))],
        widget=forms.RadioSelect,
        required=question.required,
        help_text=" ".join(
            part for part in (gettext(question.help) if question.help else "", _why(question.why)) if part
        ),
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
    )


def _date_field(label: str, *, required: bool, help_text: str = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        input_formats=DATE_FORMATS,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"required": NO_DATE, "invalid": NO_DATE},
    )


def _why(reason: str) -> str:
    return gettext("Why we ask: %(reason)s") % {"reason": gettext(reason)}


def _helper(questionnaire: Questionnaire) -> FormHelper:
    """The layout: each question with its follow-up dates in one group that a script may fold away."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True  # the template writes it, once
    helper.form_show_errors = True
    groups = [
        Div(Field(question.key), *_follow_ups(question), css_class="question") for question in questionnaire.questions
    ]
    helper.layout = Layout(
        Div(Field("date_of_birth"), css_class="question"),
        *groups,
        Div(
            HTML(f"<h2>{gettext('Your signature')}</h2>"),
            Field("statement"),
            Field("signed_name"),
            css_class="question signature",
        ),
    )
    return helper


def _follow_ups(question: Question) -> list[Div]:
    return [
        Div(
            Field(asked.field),
            Field(f"{asked.field}_unsure"),
            css_class="follow-up-date",
            data_question=question.key,
            data_answers=" ".join(
                option.value for option in question.options if question.asks_date(asked.field, option.value)
            ),
        )
        for asked in question.dates
    ]
