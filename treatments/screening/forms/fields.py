"""The fields of the client's form. None is filled in beforehand, so that an empty page shows nobody's health."""

from django import forms
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from clients.links.forms import DATE_FORMATS, NO_DATE
from treatments.screening.forms.typed import LONGEST
from treatments.screening.questionnaire import Question
from treatments.screening.questionnaire.words import UNSURE, UNSURE_LABEL

CHOOSE = _("Please choose an answer. “I'm not sure” is one too.")
CHOOSE_ONE = _("Please choose an answer.")
UNSURE_DATE = _("I'm not sure of the date")
GIVE_DATE = _("Please give the date, or tick that you are not sure of it.")
ONE_OF_BOTH = _("Please give the date or tick that you are not sure of it, not both.")
IN_FUTURE = _("This date lies in the future. Please check it.")
BEFORE_BIRTH = _("This date is before your date of birth. Please check both.")
TOO_OLD = _("Please check the year of your birth.")
STATEMENT = gettext_noop(  # kept with the answers as it was read
    "What I have written is true as far as I know. I will tell the clinic if anything changes before my treatment."
)


def choose(question: Question) -> str:
    """What is said where an answer is missing."""
    return str(CHOOSE if question.offers_unsure else CHOOSE_ONE)


def options_of(question: Question) -> list[tuple[str, str]]:
    """(value, words) of all that can be chosen, in the reader's language."""
    options = [(option.value, gettext(option.label)) for option in question.options]
    return [*options, (UNSURE, gettext(UNSURE_LABEL))] if question.offers_unsure else options


def choice_field(question: Question) -> forms.Field:
    """One answer, or many. Whether it may be left out is for the form to say: it may not be asked at all."""
    wrong = {"invalid_choice": choose(question), "invalid_list": choose(question)}
    label, choices = gettext(question.words), options_of(question)
    if question.kind == "many":
        return forms.MultipleChoiceField(
            label=label,
            choices=choices,
            widget=forms.CheckboxSelectMultiple,
            required=False,
            error_messages=wrong,
        )
    return forms.ChoiceField(
        label=label, choices=choices, widget=forms.RadioSelect, required=False, error_messages=wrong
    )


def date_field(label: str, *, required: bool = False) -> forms.DateField:
    """A day, picked or written in any usual way."""
    return forms.DateField(
        label=label,
        required=required,
        input_formats=DATE_FORMATS,
        error_messages={"required": NO_DATE, "invalid": NO_DATE},
    )


def unsure_field() -> forms.BooleanField:
    """The tick beside a date."""
    return forms.BooleanField(label=UNSURE_DATE, required=False)


def text_field(label: str) -> forms.CharField:
    """The client's own words; no rule reads them."""
    return forms.CharField(label=label, required=False, max_length=LONGEST)
