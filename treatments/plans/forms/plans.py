"""The plan form, and the reason for stopping one."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from clients.records.terms import Goal
from portal.practice.models import Membership
from portal.practice.services import valid_certificate
from portal.practice.terms import Role
from treatments.plans.forms.depths import DepthLines
from treatments.plans.guidance import ZoneDepth
from treatments.plans.models import Plan, Protocol
from treatments.plans.rules import ranges_of, technique_problems
from treatments.plans.services import HOW, certificate_problem, technique_of
from treatments.plans.terms import Aftercare
from treatments.products.terms import GREATEST_MM, DeviceKind, Zone

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Plan]
    Practitioners = forms.ModelChoiceField[Membership]
else:
    ModelForm, Practitioners = forms.ModelForm, forms.ModelChoiceField

HELP = {
    "sessions_planned": "1 to 12",
    "interval_days": "What is recommended; 28 is usual; 7 to 365",
    "least_days": "No session starts sooner than this. Left empty, the recommended days count.",
    "passes_least": "1 to 6",
    "passes_most": "1 to 6",
    "endpoint": "When to stop, such as: uniform pinpoint bleeding.",
    "price_note": "As told to the client, such as 180 a session. It is printed on what they take home.",
}


class AftercareField(forms.MultipleChoiceField):
    """What a client is told to do and to avoid after each session."""

    def __init__(self) -> None:
        super().__init__(choices=Aftercare.choices, widget=forms.CheckboxSelectMultiple, required=False)


class PlanForm(DepthLines, ModelForm):
    """Goals, zones with depths, how many sessions, how far apart, by whom and with what."""

    save_anyway = "I have checked this; save anyway"
    goals = forms.MultipleChoiceField(
        choices=Goal.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one goal."},
    )

    aftercare = AftercareField()

    class Meta:
        model = Plan
        fields = ("goals", "device_kind", "topical_anaesthetic", *HOW, "price_note", "notes")
        widgets = {"notes": forms.Textarea(attrs={"rows": 3})}
        help_texts = HELP

    def __init__(self, *args: Any, protocol: Protocol | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        protocol = protocol or self.instance.protocol
        self.ranges = ranges_of(protocol.zones) if protocol else {}
        # Made here and not above: the choices are those of the clinic that is open now.
        self.fields["practitioner"] = Practitioners(queryset=practitioners(), empty_label="Choose")
        self.order_fields(["practitioner", "goals"])
        rows = self.instance.zones.order_by("zone") if self.instance.pk else []
        written = {row.zone: ZoneDepth(row.zone, row.depth_mm, row.reason) for row in rows}
        if protocol and not self.instance.pk:
            self._begin_from(protocol)
            written = {zone: ZoneDepth(zone, least) for zone, (least, _greatest) in self.ranges.items()}
        self.add_depths(Zone.values, written)
        if self.instance.pk:
            facts = forms.model_to_dict(self.instance, fields=self._meta.fields)
            self.remember(facts, self.instance.practitioner_id, written)

    def clean(self) -> dict[str, Any]:
        """The depths, held against the practitioner's certificate; unusual ones are pointed out."""
        super().clean()
        self._refuse_odd_technique()
        depths = self.read_depths(self.certified_mm())
        if not depths and not self.errors:
            self.add_error(None, "Write the needle depth of at least one zone.")
        self.point_out_unusual(depths)
        return self.others() | {"zones": depths}

    def _begin_from(self, protocol: Protocol) -> None:
        """Filled with what the protocol says: of each range of depths the careful end."""
        self.initial = technique_of(protocol) | dict(self.initial)
        # The version this page was filled from: the plan keeps that one, or whoever saves is told of a newer one.
        self.fields["protocol_number"] = forms.IntegerField(widget=forms.HiddenInput, initial=protocol.number)

    def _refuse_odd_technique(self) -> None:
        """What does not fit together, at its field."""
        said = Plan(**{name: self.cleaned_data[name] for name in HOW if self.cleaned_data.get(name) is not None})
        for problem in technique_problems(said):
            self.add_error(problem.field, problem.words)

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
