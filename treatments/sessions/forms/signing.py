"""The forms for a signature and for an amendment."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone

from portal.adminsite.forms import Point, PointsOut, short_hash
from portal.adminsite.widgets import DateTimeBox
from portal.practice.services import valid_certificate
from treatments.plans.guidance import depth_advice, in_mm
from treatments.plans.rules import usual_for
from treatments.products.models import Device
from treatments.products.rules import why_not_used
from treatments.products.services import LotUnclear, find_cartridge
from treatments.products.terms import DEEP_MM, GREATEST_MM, LEAST_MM, DeviceKind
from treatments.sessions.forms.ending import possible_end
from treatments.sessions.models import Session
from treatments.sessions.services.amended_depth import newly_off_label, why_not_as_deep
from treatments.sessions.services.amended_device import off_label_with, why_not_with
from treatments.sessions.services.amending import Said
from treatments.sessions.services.recalls import recalled
from treatments.sessions.services.refusals import NotTold
from treatments.sessions.terms import LOTS, NOT_TREATED, Amendable

if TYPE_CHECKING:
    Devices = forms.ModelChoiceField[Device]
else:
    Devices = forms.ModelChoiceField

ODD_DEPTH = "The needle depth must be from 0.2 to 2.5 mm."
MORE_THAN_DEEP = "This is more than 1.5 mm. Say in the reason, too, why the zone needed it."


class SignForm(forms.Form):
    """One tick: that it was read."""

    read = forms.BooleanField(
        label="I have read this record, and it says what was done",
        error_messages={"required": "Read the record, and tick that it says what was done."},
    )

    def clean(self) -> dict[str, Any]:
        """The service needs no tick."""
        super().clean()
        return {}


class ChooseForm(forms.Form):
    """What of the record is to be amended."""

    what = forms.ChoiceField(label="What is to be amended?")

    def __init__(self, *args: Any, said: Sequence[Said], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        depth: list[tuple[str, str]] = []
        other: list[tuple[str, str]] = []
        for one in said:
            (depth if one.subject == Amendable.DEPTH else other).append((one.key, one.label))
        choices = [("", "Choose"), *other, ("Needle depths", depth)]
        self.fields["what"].choices = choices  # type: ignore[attr-defined]


class AmendForm(PointsOut, forms.Form):
    """What one thing of a signed record should say, and why."""

    save_anyway = "I have seen this; amend anyway"
    off_label: Sequence[str] = ()
    off_label_mark = ""
    reason = forms.CharField(
        label="Why",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Write why the record is amended: it is kept with it."},
    )

    def __init__(self, *args: Any, session: Session, said: Said, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.session, self.said, self.at = session, said, at
        self.fields["after"] = self._after()
        self.fields["after"].label = "It should say"
        self.fields["after"].error_messages["required"] = "Write what it should say."
        if said.subject == Amendable.DEPTH:
            self.fields["after"].required = False
            self.fields["untreated"] = forms.BooleanField(label="This zone was not treated", required=False)
        self.order_fields(["after", "untreated", "reason"])

    def _after(self) -> forms.Field:
        subject = self.said.subject
        if subject == Amendable.DEVICE:
            return Devices(queryset=Device.objects.all(), empty_label="Choose")
        if subject == Amendable.ENDED:
            return forms.DateTimeField(widget=DateTimeBox, initial=timezone.localtime(self.session.ended_at))
        if subject == Amendable.DEPTH:
            return forms.DecimalField(
                decimal_places=2,
                min_value=LEAST_MM,
                max_value=GREATEST_MM,
                help_text="In mm.",
                error_messages=dict.fromkeys(("min_value", "max_value"), ODD_DEPTH),
            )
        if subject in LOTS:
            return forms.CharField(max_length=200, help_text="Scan the barcode, or type the lot number.")
        return forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), initial=self.said.before)

    def clean_after(self) -> Any:
        """An end that can be; a lot as it is on the packet."""
        after = self.cleaned_data["after"]
        if self.said.subject == Amendable.ENDED:
            return possible_end(after, self.session, self.at)
        if self.said.subject in LOTS:
            return self._lot(after)
        return after

    def _lot(self, text: str) -> str:
        """The number alone. Creams and serums are no cartridges, and what was forgotten may be of any product."""
        on = timezone.localdate(self.session.ended_at)
        try:
            number = recalled(text, on=on).number
            if self.said.subject == Amendable.LOT:
                self.found = find_cartridge(text, on=on)
                number = self.found.number
        except LotUnclear as unclear:
            raise forms.ValidationError(str(unclear)) from unclear
        return number

    def clean(self) -> dict[str, Any]:
        """As the service takes it. A lot that must not have been used is pointed out: if it was, the record says so."""
        super().clean()
        after, subject = self.cleaned_data.get("after"), self.said.subject
        untreated = self.cleaned_data.get("untreated")
        if subject == Amendable.DEPTH and (after is None) is not bool(untreated) and "after" not in self.errors:
            self.add_error("after", "Write the depth, or tick that the zone was not treated.")
        if not self.errors and subject == Amendable.LOT:
            ended = self.session.ended_at or self.at
            why = why_not_used(self.found.facts, ended_at=ended, ended_on=timezone.localdate(ended))
            self.point_out([Point(f"{why} If it was used, the record has to say so.")] if why else [])
        if after and subject == Amendable.DEVICE and str(after) != self.said.before:
            self._check_device(after)
        if after and subject == Amendable.DEPTH and not self.errors and _as_recorded(after) != self.said.before:
            self._check_depth(after)
        reason = self.cleaned_data.get("reason", "")
        said = {"subject": subject, "part": self.said.part, "reason": reason, "off_label_told": self.off_label}
        if subject == Amendable.ENDED:
            return said | {"ended_at": after}
        if subject == Amendable.DEPTH:
            return said | {"after": NOT_TREATED if untreated else _as_recorded(after) if after else ""}
        return said | {"after": str(after or "")}

    def _check_device(self, device: Device) -> None:
        """Refused as on the page on which a session is completed; what is off label is asked for as there."""
        if odd := why_not_with(self.session, device):
            return self.add_error("after", " ".join(odd))
        return self._ask_whether_told(off_label_with(self.session, device))

    def _check_depth(self, depth: Decimal) -> None:
        """As on that page too, but beyond the certificate it is pointed out: if it was done, the record says so."""
        zone = self.said.part
        if odd := why_not_as_deep(self.session, zone, depth):
            return self.add_error("after", " ".join(odd))
        self._ask_whether_told(newly_off_label(self.session, zone, depth))
        advice = depth_advice(zone, depth, usual_for(zone, self.session.plan.ranges))
        points = [advice, *self._beyond(depth)]
        return self.point_out([Point(words) for words in points if words])

    def _beyond(self, depth: Decimal) -> list[str]:
        """What is deep for any zone, and for whoever treated."""
        practitioner, ended = self.session.practitioner, self.session.ended_at or self.at
        is_rf = self.session.plan.device_kind == DeviceKind.RADIO_FREQUENCY
        held = valid_certificate(membership=practitioner, on=timezone.localdate(ended), device_is_rf=is_rf)
        said = [MORE_THAN_DEEP] if depth > DEEP_MM else []
        if held and depth > held.max_depth_mm:
            allowed = f"The certificate of {practitioner} allows {in_mm(held.max_depth_mm)} mm."
            said.append(f"{allowed} If it was needled deeper, the record has to say so.")
        return said

    def _ask_whether_told(self, off_label: Sequence[str]) -> None:
        self.off_label = off_label
        self.off_label_mark = short_hash(off_label)
        if off_label and not self.was_told:
            self.add_error(None, str(NotTold()))

    @property
    def was_told(self) -> bool:
        """Whether the box under these very sentences was ticked."""
        return self.data.get("off_label_told") == self.off_label_mark


def _as_recorded(depth: Decimal) -> str:
    """As a signed record writes it, so that the same depth is the same words."""
    return f"{depth:.2f} mm"
