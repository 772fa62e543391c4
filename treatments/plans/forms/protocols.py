"""The forms of a protocol: what it says, and why it changes."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from django import forms
from django.forms.boundfield import BoundField

from treatments.plans.forms.plans import HELP, AftercareField
from treatments.plans.guidance import in_mm
from treatments.plans.models import Protocol
from treatments.plans.rules import Range, range_problem, ranges_of, stored_ranges, technique_problems
from treatments.plans.services import HOW, fingerprint_of
from treatments.products.terms import Zone

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Protocol]
else:
    ModelForm = forms.ModelForm

DEPTH_BOX = {"step": "0.05", "min": "0.2", "max": "2.5", "inputmode": "decimal", "class": "depth"}


class RangeLine(NamedTuple):
    """One row of the table of depths."""

    word: str
    least: BoundField
    greatest: BoundField


class ProtocolForm(ModelForm):
    """How a series is done: how many sessions, how far apart, where, how deep, until when; what is avoided then."""

    aftercare = AftercareField()

    class Meta:
        model = Protocol
        fields = (*HOW, "source")
        widgets = {"source": forms.Textarea(attrs={"rows": 4})}
        help_texts = HELP | {"least_days": "No session starts sooner than this.", "source": "Who says so."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("least_days", "passes_least", "passes_most", "endpoint"):
            self.fields[name].required = True
        self.fields["seen"] = forms.CharField(widget=forms.HiddenInput, initial=fingerprint_of(self.instance))
        ranges = ranges_of(self.instance.zones)
        for zone, word in Zone.choices:
            for end, (name, said) in enumerate((("least", "at least"), ("most", "at most"))):
                self.fields[f"{name}_{zone}"] = forms.DecimalField(
                    label=f"{word}, {said}, in mm",
                    required=False,
                    decimal_places=2,
                    initial=in_mm(ranges[zone][end]) if zone in ranges else None,
                    widget=forms.NumberInput(attrs=DEPTH_BOX),
                )

    @property
    def other_fields(self) -> list[BoundField]:
        """Every field outside the table of depths."""
        return [self[name] for name in ("seen", *HOW, "source")]

    @property
    def range_lines(self) -> list[RangeLine]:
        """The rows of the table."""
        return [RangeLine(str(word), self[f"least_{zone}"], self[f"most_{zone}"]) for zone, word in Zone.choices]

    def clean(self) -> dict[str, Any]:
        """What the draft is to say; what does not fit together becomes an error at its field."""
        said = super().clean() or self.cleaned_data
        for problem in technique_problems(Protocol(**{name: said[name] for name in HOW if name in said})):
            self.add_error(problem.field, problem.words)
        ranges = {zone: pair for zone in Zone.values if (pair := self._pair(zone))}
        if not ranges and not self.errors:
            self.add_error(None, "Write the depths of at least one zone.")
        return {name: said.get(name) for name in (*HOW, "source", "seen")} | {"zones": stored_ranges(ranges)}

    def _pair(self, zone: str) -> Range | None:
        least: Decimal | None = self.cleaned_data.get(f"least_{zone}")
        most: Decimal | None = self.cleaned_data.get(f"most_{zone}")
        if least is None and most is None:
            return None
        if least is None or most is None:
            empty = f"{'least' if least is None else 'most'}_{zone}"
            if empty not in self.errors:
                self.add_error(empty, "Write both depths, or leave both empty.")
            return None
        if words := range_problem((least, most)):
            self.add_error(f"most_{zone}", words)
        return least, most


class PublishForm(forms.Form):
    """Why the protocol changes."""

    reason = forms.CharField(
        label="Why it changes",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write why the protocol changes; it is kept with the version."},
    )

    def __init__(self, *args: Any, seen: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # What the page showed is what is published, or whoever publishes is told that it has changed.
        self.fields["seen"] = forms.CharField(widget=forms.HiddenInput, initial=seen)
