"""What a practitioner sees of each goal; and what the outcomes page is asked for."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone

from clients.records.terms import Goal
from portal.adminsite.widgets import DateBox
from treatments.outcomes.services import Time
from treatments.outcomes.terms import ALL_GOALS, ALL_STEPS, WINDOW, Judged

# What a calendar can hold in every time zone, and no clinic has lived to see the ends of.
DAYS = [
    MinValueValidator(date(1900, 1, 1), "Write a day from 1900 on."),
    MaxValueValidator(date(2199, 12, 31), "Write a day before 2200."),
]
CHOOSE = "Choose what you see, or that it cannot be judged from these."


class RateForm(forms.Form):
    """A row of choices for each goal; nothing is chosen beforehand."""

    def __init__(self, *args: Any, goals: Iterable[Goal], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for goal in goals:
            self.fields[goal.value] = forms.ChoiceField(
                label=goal.label,
                choices=Judged.choices,
                widget=forms.RadioSelect,
                error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
            )


class TimeForm(forms.Form):
    """From which day to which, about which goal, and to which email; all of it may be left open."""

    since = forms.DateField(label="From", required=False, widget=DateBox, validators=DAYS)
    until = forms.DateField(label="To", required=False, widget=DateBox, validators=DAYS)
    goal = forms.ChoiceField(required=False, choices=[("", ALL_GOALS), *Goal.choices])
    step = forms.ChoiceField(
        label="Said to", required=False, choices=[("", ALL_STEPS), *((step.value, step.label) for step in WINDOW)]
    )

    def clean(self) -> dict[str, Any]:
        """The days in their order."""
        said = super().clean() or self.cleaned_data
        if said.get("since") and said.get("until") and said["since"] > said["until"]:
            self.add_error("until", "This day is before the first one.")
        return said

    @property
    def time(self) -> Time:
        """Both days count in whole, in the clinic's zone; with the step."""
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        begin = timezone.make_aware(datetime.combine(since, time.min)) if since else None
        end = timezone.make_aware(datetime.combine(until + timedelta(days=1), time.min)) if until else None
        return Time(begin, end, self.cleaned_data.get("step", ""))
