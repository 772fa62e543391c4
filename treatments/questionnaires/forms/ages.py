"""The age rules."""

from typing import Any

from django import forms
from django.utils import timezone

from treatments.questionnaires.forms.groups import NO_RULE, ApprovedForm, area
from treatments.questionnaires.guidance import LEVELS, OLDEST, age_span, ages
from treatments.questionnaires.services import AgeEdit
from treatments.screening.questionnaire import AgeRule

AGE_LEVELS = [NO_RULE, *((level, LEVELS[level]) for level in ("absolute", "review"))]


class AgesForm(ApprovedForm):
    """Each age rule, and room for one more."""

    def __init__(self, *args: Any, rules: tuple[AgeRule, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rules = rules
        for number, rule in enumerate(rules):
            least, oldest = age_span(rule)
            start = AgeEdit(least, oldest, rule.level, rule.why, rule.client_why)
            self.group(ages(rule).capitalize(), _fields(f"age_{number}", start))
        self.group("Add an age rule", _fields("added", AgeEdit(0, OLDEST, "")), folded=True)
        if rules:
            self.put_approval(rules)

    def clean(self) -> dict[str, Any]:
        """Each rule has a reason."""
        for name in (*(f"age_{number}" for number in range(len(self.rules))), "added"):
            if self.cleaned_data.get(f"{name}_level") and not self.cleaned_data.get(f"{name}_why"):
                self.add_error(f"{name}_why", "Write the reason that the practitioner reads.")
        if self.rules:
            self.check_approval(timezone.localdate())
        return self.cleaned_data

    @property
    def edits(self) -> dict[str, Any]:
        """What is to become of the rules."""
        return {
            "edits": tuple(self._edit(f"age_{number}") for number in range(len(self.rules))),
            "added": self._edit("added"),
            "approval": self.approval if self.rules else None,
        }

    def _edit(self, name: str) -> AgeEdit:
        said = self.cleaned_data
        least, oldest = said[f"{name}_least"], said[f"{name}_oldest"]
        return AgeEdit(
            0 if least is None else least,
            OLDEST if oldest is None else oldest,
            said[f"{name}_level"],
            said[f"{name}_why"],
            said[f"{name}_client_why"],
        )


def _fields(name: str, start: AgeEdit) -> dict[str, forms.Field]:
    return {
        f"{name}_level": forms.ChoiceField(
            label="What follows", choices=AGE_LEVELS, required=False, initial=start.level
        ),
        f"{name}_least": _age("From age", start.least or None, "Empty for any age below."),
        f"{name}_oldest": _age(
            "Up to and including age", start.oldest if start.oldest < OLDEST else None, "Empty for any age above."
        ),
        f"{name}_why": area("Reason for the practitioner", start.why),
        f"{name}_client_why": area("Reason for the client", start.client_why),
    }


def _age(label: str, initial: int | None, help_text: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=0, max_value=OLDEST, required=False, initial=initial, help_text=help_text
    )
