"""The practitioner's forms: send, ask, accept, re-assess, wait, refuse."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from clients.links.forms import DATE_FORMATS
from portal.security.uploads import DocumentsBox, validate_document
from treatments.products.terms import DEEP_MM, GREATEST_MM, LEAST_MM, DeviceKind, Zone
from treatments.screening.questionnaire import Question
from treatments.screening.terms import Condition

BY_EMAIL, BY_HAND = "email", "hand"
OWN = "own_{}"  # the name of the field for one of the practitioner's own questions
MOST_LETTERS = 5
NO_REASON = "Write down your reason; it is kept with the decision."


def depth_field(label: str, **more: Any) -> forms.DecimalField:
    """A needle depth in millimetres."""
    return forms.DecimalField(
        label=label, min_value=LEAST_MM, max_value=GREATEST_MM, decimal_places=2, **{"required": True} | more
    )


class PlanFactsForm(forms.Form):
    """What is planned, as far as a screening is judged with it."""

    areas = forms.MultipleChoiceField(
        label="Areas to be treated",
        choices=Zone.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one area: some rules depend on it."},
    )
    device_kind = forms.ChoiceField(
        label="Device", choices=DeviceKind.choices, initial=DeviceKind.MECHANICAL, widget=forms.RadioSelect
    )
    topical_anaesthetic = forms.BooleanField(label="Numbing cream is planned", required=False)
    max_depth_mm = depth_field(
        "Greatest needle depth planned (mm)",
        initial=DEEP_MM,
        error_messages={"required": "Write the greatest depth, such as 1.0."},
    )


class SendForm(PlanFactsForm):
    """What is planned, and how the form reaches the client."""

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        by_hand = (BY_HAND, "I will hand it over: a link, a QR code or this tablet")
        choices = [(BY_EMAIL, f"By email to {email}"), by_hand] if email else [by_hand]
        self.fields["how"] = forms.ChoiceField(
            label="How it reaches the client", choices=choices, initial=choices[0][0], widget=forms.RadioSelect
        )

    def clean(self) -> dict[str, Any]:
        """What send_screening takes."""
        said: dict[str, Any] = super().clean() or {}
        by_email = said.pop("how", BY_EMAIL) == BY_EMAIL
        return {**said, "by_email": by_email}


class AskForm(forms.Form):
    """One question to the client."""

    words = forms.CharField(
        label="Your question",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Write down your question."},
        help_text="The email does not contain the question; the client reads it behind the link.",
    )


class LettersField(forms.FileField):
    """Any number of letters, each a PDF, a JPEG or a PNG."""

    widget = DocumentsBox()

    def clean(self, data: Any, initial: Any = None) -> "tuple[UploadedFile[Any], ...]":
        """Every file, looked at."""
        given = data if isinstance(data, list | tuple) else [data] if data else []
        files = tuple(super(LettersField, self).clean(file, initial) for file in given)
        if len(files) > MOST_LETTERS:
            raise forms.ValidationError(f"At most {MOST_LETTERS} files at once.")
        for file in files:
            validate_document(file)
        return files


class AcceptForm(forms.Form):
    """The practitioner's own answers, a reason and conditions, if the answers ask for them; the service decides."""

    reason = forms.CharField(
        label="Your reason",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": NO_REASON},
        help_text="Needed when the answers ask for your decision. It is kept with the decision.",
    )
    conditions = forms.MultipleChoiceField(
        label="Conditions", required=False, choices=Condition.choices, widget=forms.CheckboxSelectMultiple
    )
    letters = LettersField(
        label="The letter",
        required=False,
        help_text="A PDF, or a picture (JPEG or PNG). You may choose more than one, of 10 MB in all.",
    )
    lower_depth = depth_field(
        "Lower needle depth (mm)", required=False, help_text="With “Lower needle depth”: no session may go deeper."
    )
    conditions_note = forms.CharField(
        label="Conditions in words",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="For instance where the test patch is and until when, or which part to leave out.",
    )

    def __init__(
        self, *args: Any, questions: Sequence[Question] = (), needs_reason: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        self.fields["reason"].required = needs_reason
        for question in questions:
            self.fields[OWN.format(question.key)] = forms.ChoiceField(
                label=question.words,
                help_text=question.help,
                choices=[(option.value, option.label) for option in question.options],
                widget=forms.RadioSelect,
                error_messages={"required": "Please choose an answer: this question is yours."},
            )
        self.order_fields([OWN.format(question.key) for question in questions])

    def clean(self) -> dict[str, Any]:
        """What accept_screening takes."""
        said: dict[str, Any] = super().clean() or {}
        own = {question.key: said.pop(OWN.format(question.key), "") for question in self.questions}
        return {**said, "own_answers": {key: answer for key, answer in own.items() if answer}}


class ReassessForm(AcceptForm):
    """The same, for a plan that was shown on the page; the page sends it along."""

    areas = forms.MultipleChoiceField(choices=Zone.choices, widget=forms.MultipleHiddenInput)
    device_kind = forms.ChoiceField(choices=DeviceKind.choices, widget=forms.HiddenInput)
    topical_anaesthetic = forms.BooleanField(required=False, widget=forms.HiddenInput)
    max_depth_mm = depth_field("", widget=forms.HiddenInput)


class DeferForm(forms.Form):
    """Until when, and why."""

    until = forms.DateField(
        label="Wait until",
        input_formats=DATE_FORMATS,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"required": "Choose the day.", "invalid": "Write the whole date, such as 17/05/2026."},
    )
    reason = forms.CharField(label="Your reason", required=False, widget=forms.Textarea(attrs={"rows": 3}))


class RefuseForm(forms.Form):
    """A reason, always."""

    reason = forms.CharField(
        label="Your reason",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": NO_REASON},
        help_text="It is kept with the decision. The client does not get to see it from here.",
    )


def suggested_day(defer_until: date | None, today: date) -> date:
    """The day to offer for waiting: the one the rules gave if it is still ahead, else four weeks from now."""
    return defer_until if defer_until and defer_until > today else today + timedelta(days=28)


def facts_in(said: Mapping[str, Any]) -> dict[str, Any]:
    """The plan's facts among what a form holds."""
    return {name: said[name] for name in PlanFactsForm.base_fields}
