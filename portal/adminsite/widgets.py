"""Dates and times by the browser's own pickers: they work by keyboard, by finger and without scripts."""

from typing import Any

from django import forms
from django.db import models


class DateBox(forms.DateInput):
    """One day."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class TimeBox(forms.TimeInput):
    """A time of day, to the minute."""

    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%H:%M")


class DateTimeBox(forms.DateTimeInput):
    """A day and a time in one box, in the clinic's time zone."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


BROWSERS_OWN: dict[Any, dict[str, Any]] = {
    models.DateField: {"widget": DateBox},
    models.TimeField: {"widget": TimeBox},
    models.DateTimeField: {"form_class": forms.DateTimeField, "widget": DateTimeBox},
}
