"""The practitioner's forms: send, accept, wait, refuse."""

from datetime import date, timedelta

from django import forms

from treatments.products.terms import DEEP_MM, GREATEST_MM, LEAST_MM, DeviceKind, Zone
from treatments.screening.forms.client import DATE_FORMATS


class SendForm(forms.Form):
    """What is planned, as far as the rules need to know."""

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
    max_depth_mm = forms.DecimalField(
        label="Greatest needle depth planned (mm)",
        min_value=LEAST_MM,
        max_value=GREATEST_MM,
        decimal_places=2,
        initial=DEEP_MM,
        error_messages={"required": "Write the greatest depth, such as 1.0."},
    )


class AcceptForm(forms.Form):
    """A reason, if the answers ask for one; the service decides."""

    reason = forms.CharField(
        label="Your reason",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Needed when the answers need your review. It is kept with the decision.",
    )


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
        error_messages={"required": "Write down your reason; it is kept with the decision."},
        help_text="It is kept with the decision. The client does not get to see it from here.",
    )


def suggested_day(defer_until: date | None, today: date) -> date:
    """The day to offer for waiting: the one the rules gave if it is still ahead, else four weeks from now."""
    return defer_until if defer_until and defer_until > today else today + timedelta(days=28)
