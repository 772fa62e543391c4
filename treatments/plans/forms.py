"""The plan form, and the lines for needle depths that sessions use too."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from django import forms
from django.db.models import QuerySet
from django.forms.boundfield import BoundField
from django.utils import timezone

from clients.records.terms import Goal
from portal.adminsite.forms import Point, PointsOut
from portal.practice.models import Membership
from portal.practice.services import valid_certificate
from portal.practice.terms import Role
from treatments.plans.guidance import ZoneDepth, depth_advice, depth_refusal, in_mm, usual_range
from treatments.plans.models import Plan
from treatments.plans.services import certificate_problem
from treatments.products.terms import GREATEST_MM, DeviceKind, Zone

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Plan]
    Practitioners = forms.ModelChoiceField[Membership]
    AnyForm = forms.BaseForm
else:
    ModelForm, Practitioners, AnyForm = forms.ModelForm, forms.ModelChoiceField, object

LINE_FIELDS = ("depth_", "reason_", "done_")


class DepthLine(NamedTuple):
    """One row of the table of depths."""

    word: str
    usual: str
    depth: BoundField
    reason: BoundField
    done: BoundField | None  # the tick "was treated"; plans have none


class DepthLines(PointsOut, AnyForm):
    """Mixin of forms: a line for each zone. An empty depth leaves the zone out."""

    zones: tuple[str, ...]

    def add_depths(self, zones: Iterable[str], written: Mapping[str, ZoneDepth], *, ticked: bool = False) -> None:
        """Add the fields, filled with what is written for a zone already; `ticked` adds a box to untick the zone."""
        self.zones = tuple(zones)
        for zone in self.zones:
            word, line = Zone(zone).label, written.get(zone)
            self.fields[f"depth_{zone}"] = forms.DecimalField(
                label=f"{word}, depth in mm",
                required=False,
                decimal_places=2,
                initial=in_mm(line.depth_mm) if line else None,
                widget=forms.NumberInput(
                    attrs={"step": "0.05", "min": "0.2", "max": "2.5", "inputmode": "decimal", "class": "depth"}
                ),
            )
            self.fields[f"reason_{zone}"] = forms.CharField(
                label=f"{word}, reason for more than 1.5 mm",
                required=False,
                max_length=300,
                initial=line.reason if line else "",
            )
            if ticked:
                self.fields[f"done_{zone}"] = forms.BooleanField(
                    label=f"{word} was treated", required=False, initial=True
                )

    @property
    def other_fields(self) -> list[BoundField]:
        """Every field outside the table of depths."""
        return [field for field in self if not field.name.startswith(LINE_FIELDS)]

    @property
    def depth_lines(self) -> list[DepthLine]:
        """The rows of the table."""
        return [
            DepthLine(
                str(Zone(zone).label),
                usual_words(zone),
                self[f"depth_{zone}"],
                self[f"reason_{zone}"],
                self[f"done_{zone}"] if f"done_{zone}" in self.fields else None,
            )
            for zone in self.zones
        ]

    def read_depths(self, greatest: Decimal) -> list[ZoneDepth]:
        """The zones that carry a depth; what is refused becomes an error at its field."""
        depths: list[ZoneDepth] = []
        for zone in self.zones:
            depth, reason = self.cleaned_data.get(f"depth_{zone}"), self.cleaned_data.get(f"reason_{zone}", "")
            done = self.cleaned_data.get(f"done_{zone}")  # None where there is no box
            if done is False or (depth is None and done is None):
                continue
            if depth is None:
                if f"depth_{zone}" in self.cleaned_data:
                    self.add_error(f"depth_{zone}", "Write the depth, or untick the zone.")
                continue
            depths.append(ZoneDepth(zone, depth, reason))
            refusal = depth_refusal(depth, greatest, reason)
            if refusal:
                only_reason = not depth_refusal(depth, greatest, "given")
                self.add_error(f"{'reason' if only_reason else 'depth'}_{zone}", refusal)
        return depths

    def point_out_unusual(self, depths: Iterable[ZoneDepth]) -> None:
        """Once nothing is wrong, point out the depths outside their zone's usual range."""
        if not self.errors:
            advice = [depth_advice(zone, depth) for zone, depth, _ in depths]
            self.point_out([*self.changed_meanwhile(), *[Point(words) for words in advice if words]])

    def others(self) -> dict[str, Any]:
        """What was written outside the table of depths."""
        return {name: said for name, said in self.cleaned_data.items() if not name.startswith(LINE_FIELDS)}


class PlanForm(DepthLines, ModelForm):
    """Goals, zones with depths, how many sessions, how far apart, by whom and with what."""

    save_anyway = "I have checked this; save anyway"
    goals = forms.MultipleChoiceField(
        choices=Goal.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one goal."},
    )

    class Meta:
        model = Plan
        fields = ("goals", "device_kind", "topical_anaesthetic", "sessions_planned", "interval_days", "notes")
        widgets = {"notes": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"sessions_planned": "1 to 12", "interval_days": "28 is usual; 7 to 365"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Made here and not above: the choices are those of the clinic that is open now.
        self.fields["practitioner"] = Practitioners(queryset=practitioners(), empty_label="Choose")
        self.order_fields(["practitioner", "goals"])
        rows = self.instance.zones.order_by("zone") if self.instance.pk else []
        written = {row.zone: ZoneDepth(row.zone, row.depth_mm, row.reason) for row in rows}
        self.add_depths(Zone.values, written)
        if self.instance.pk:
            facts = forms.model_to_dict(self.instance, fields=self._meta.fields)
            self.remember(facts, self.instance.practitioner_id, written)

    def clean(self) -> dict[str, Any]:
        """The depths, held against the practitioner's certificate; unusual ones are pointed out."""
        super().clean()
        depths = self.read_depths(self.certified_mm())
        if not depths and not self.errors:
            self.add_error(None, "Write the needle depth of at least one zone.")
        self.point_out_unusual(depths)
        return self.others() | {"zones": depths}

    def certified_mm(self) -> Decimal:
        """What the chosen practitioner may do today; without a certificate an error says so."""
        practitioner, kind = self.cleaned_data.get("practitioner"), self.cleaned_data.get("device_kind")
        if not practitioner or not kind:
            return GREATEST_MM
        on = timezone.localdate()
        problem = certificate_problem(practitioner, kind, on)
        if problem:
            self.add_error("practitioner", problem)
        is_rf = kind == DeviceKind.RADIO_FREQUENCY
        certificate = valid_certificate(membership=practitioner, on=on, device_is_rf=is_rf)
        return certificate.max_depth_mm if certificate else GREATEST_MM


class StopForm(forms.Form):
    """Why a plan ends early."""

    reason = forms.CharField(
        label="Reason",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write the reason: it is kept with the plan."},
    )


def practitioners() -> "QuerySet[Membership]":
    """The clinic's current owners and practitioners."""
    treating = Membership.objects.filter(role__in=[Role.OWNER, Role.PRACTITIONER], ended_at=None)
    return treating.select_related("user").order_by("user__full_name")


def usual_words(zone: str) -> str:
    """The usual range of a zone: "0.5 to 1.0 mm"."""
    least, greatest = usual_range(zone)
    return f"{in_mm(least)} to {in_mm(greatest)} mm"
