"""Start a session: the conditions it was allowed with."""

from collections.abc import Sequence
from typing import Any

from django import forms

from treatments.screening.terms import Condition
from treatments.sessions.rules import not_met

NOT_ALL_MET = "Tick each condition that is met. The session can start when all of them are."


class StartForm(forms.Form):
    """Nothing to fill in, but for the conditions that the screening was accepted with: each is ticked as met."""

    conditions_met = forms.MultipleChoiceField(
        label="Conditions of the screening that are met", widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, conditions: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not conditions:
            del self.fields["conditions_met"]
            return
        self.conditions = conditions
        self.fields["conditions_met"].choices = [(one, Condition(one).label) for one in conditions]  # type: ignore[attr-defined]
        self.fields["conditions_met"].error_messages["required"] = NOT_ALL_MET

    def clean_conditions_met(self) -> list[str]:
        """All of them, or it does not start."""
        met: list[str] = self.cleaned_data["conditions_met"]
        if not_met(self.conditions, met):
            raise forms.ValidationError(NOT_ALL_MET)
        return met
