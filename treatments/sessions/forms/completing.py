"""Complete a session: what was done, with what, how deep."""

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone

from portal.adminsite.forms import short_hash
from portal.adminsite.scanning import ReadsPacket
from portal.adminsite.widgets import DateTimeBox
from portal.practice.services import valid_certificate
from treatments.plans.guidance import ZoneDepth
from treatments.products.models import Device, Lot
from treatments.products.services import Cartridge, LotUnclear, find_cartridge
from treatments.products.terms import GREATEST_MM, DeviceKind
from treatments.sessions.forms.charting import ChartLines
from treatments.sessions.forms.drafts import KeptInDrafts
from treatments.sessions.forms.ending import ended_before, possible_end
from treatments.sessions.models import Session
from treatments.sessions.services import (
    NotTold,
    ZoneDone,
    as_scanned,
    not_on_the_list,
    why_cartridge_refused,
    why_off_label,
)
from treatments.sessions.terms import MOST_CARTRIDGES

READ = "read_cartridge"  # the button beside the lot
if TYPE_CHECKING:
    Devices = forms.ModelChoiceField[Device]
else:
    Devices = forms.ModelChoiceField


Written = Callable[[Sequence[ZoneDone], datetime], None]  # told what was done and when it ended, once that can be read


def nobody_asks(_zones: Sequence[ZoneDone], _ended_at: datetime) -> None:
    """A form that is only shown tells nobody what is written in it."""


class CompleteForm(KeptInDrafts, ChartLines, ReadsPacket):
    """What was done: device, lot, when it ended, and the chart: how deep, how often, until what was seen."""

    save_anyway = "I have checked this; complete anyway"
    off_label: Sequence[str] = ()
    off_label_mark = ""
    code_box = "cartridge_lot"
    cartridge: Cartridge | None = None
    cartridge_lot = forms.CharField(
        label="Cartridge lot",
        max_length=200,
        help_text="Scan the packet’s barcode, or type the lot number on it.",
        error_messages={"required": "Write the cartridge's lot number: it is on the packet."},
        widget=forms.TextInput(attrs={"list": "open-lots", "autocomplete": "off", "autocapitalize": "characters"}),
    )
    cartridges_used = forms.IntegerField(
        label="Cartridges used",
        required=False,
        min_value=1,
        max_value=MOST_CARTRIDGES,
        initial=1,
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), f"Write how many were used: 1 to {MOST_CARTRIDGES}."
        ),
    )
    ended_at = forms.DateTimeField(
        label="Ended",
        widget=DateTimeBox,
        error_messages={"required": "Write when the session ended.", "invalid": "Write a date and a time."},
    )
    notes = forms.CharField(label="Notes", required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(
        self, *args: Any, session: Session, at: datetime, written: Written = nobody_asks, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.session, self.at, self.ranges, self.written = session, at, session.plan.ranges, written
        self.fields["device"] = self._devices()
        self.fields["ended_at"].initial = timezone.localtime(ended_before(session) or at)
        self.fields["device"].initial = session.device_id or self._only_device()
        self.fields["cartridge_lot"].initial = as_scanned(session)
        self.fields["cartridges_used"].initial = session.cartridges_used
        self.read_packet()
        self.order_fields(["device", "cartridge_lot", "packet", "cartridges_used", "ended_at", "notes"])
        self.add_chart(session)

    def clean_ended_at(self) -> datetime:
        """Neither in the future nor before the start."""
        return possible_end(self.cleaned_data["ended_at"], self.session, self.at)

    def clean_cartridges_used(self) -> int:
        """One, unless they say otherwise."""
        return self.cleaned_data["cartridges_used"] or 1

    def clean(self) -> dict[str, Any]:
        """The depths, held against certificate and device; unusual ones are pointed out, and what is off label."""
        super().clean()
        self.read_cartridge()
        if self.only_reads:
            return self.cleaned_data
        zones, points = self.read_zones(self.certified_mm(), self.cleaned_data.get("device")), self.read_points()
        if not zones and not self.errors:
            self.add_error(None, "Tick at least one zone that was treated, and write its depth.")
        if not self.errors:  # what the gate says of it comes before what only has to be ticked
            self.written(zones, self.cleaned_data["ended_at"])
        self.find_off_label(zones)
        try:
            self.point_out_unusual(ZoneDepth(zone.zone, zone.depth_mm, zone.reason) for zone in zones)
        except forms.ValidationError as pointed_out:
            self.add_error(None, pointed_out)
        if self.off_label and not self.was_told:
            self.add_error(None, str(NotTold()))
        self.cleaned_data.pop("packet", None)  # what it said stands in the lot's box
        return self.others() | {"zones": zones, "points": points, "off_label_told": self.off_label}

    def find_off_label(self, zones: Sequence[ZoneDone]) -> None:
        """What of it is off label, once nothing is wrong: the page asks whether the client was told."""
        device, ended = self.cleaned_data.get("device"), self.cleaned_data.get("ended_at") or self.at
        if self.errors or device is None:
            return
        on = timezone.localdate(ended)
        self.off_label = why_off_label(session=self.session, device=device, zones=zones, on=on)
        self.off_label_mark = short_hash(self.off_label)

    @property
    def was_told(self) -> bool:
        """Whether the box under these very sentences was ticked."""
        return self.data.get("off_label_told") == self.off_label_mark

    @property
    def only_reads(self) -> bool:
        """Whether the button beside the lot was pressed, as a scanner's own Enter does: nothing is completed."""
        return READ in self.data

    def is_valid(self) -> bool:
        """Never, when only the barcode was to be read."""
        return super().is_valid() and not self.only_reads

    def full_clean(self) -> None:
        """When only the barcode was to be read, a photograph without one, or its lot, is all that can be wrong."""
        super().full_clean()
        if self.is_bound and self.only_reads:
            read = "packet" if "packet" in self.errors else "cartridge_lot"
            for name in [name for name in self.errors if name != read]:
                del self.errors[name]

    @property
    def cartridge_words(self) -> list[str]:
        """What was read, once there is something, and the hint to add a lot that is not listed."""
        if not self.cartridge or "cartridge_lot" in self.errors:
            return []
        return [f"{self.cartridge.words}.", *([] if self.cartridge.lot else [not_on_the_list(self.cartridge.number)])]

    @property
    def open_lots(self) -> list[Lot]:
        """What the field suggests: the lots that may be used, those first that expire first."""
        lots = Lot.objects.cartridges().open().select_related("product").order_by("expires_on", "number")
        return list(lots.exclude(expires_on__lt=timezone.localdate(self.at))[:50])

    def read_cartridge(self) -> None:
        """What was scanned or typed; refused at the field with what to do."""
        text, ended = self.cleaned_data.get("cartridge_lot", ""), self.cleaned_data.get("ended_at") or self.at
        if not text:
            return None
        try:
            self.cartridge = find_cartridge(text, on=timezone.localdate(ended))
        except LotUnclear as unclear:
            return self.add_error("cartridge_lot", str(unclear))
        if why := why_cartridge_refused(self.session, self.cartridge, ended):
            self.add_error("cartridge_lot", why)
        return None

    def certified_mm(self) -> Decimal:
        """The greatest depth of the practitioner's certificate; that one is missing, the service says."""
        ended = self.cleaned_data.get("ended_at") or self.at
        certificate = valid_certificate(
            membership=self.session.practitioner,
            on=timezone.localdate(ended),
            device_is_rf=self.session.plan.device_kind == DeviceKind.RADIO_FREQUENCY,
        )
        return certificate.max_depth_mm if certificate else GREATEST_MM

    def _only_device(self) -> Device | None:
        """The clinic's one device of the plan's kind: there is nothing to choose."""
        fitting = list(self.fields["device"].queryset[:2])  # type: ignore[attr-defined]
        return fitting[0] if len(fitting) == 1 else None

    def _devices(self) -> "Devices":
        kind = self.session.plan.device_kind
        field = Devices(
            queryset=Device.objects.in_use().filter(kind=kind),
            label="Device",
            empty_label="Choose",
            error_messages={
                "required": "Choose the device that was used.",
                "invalid_choice": "Choose a device that is in use here.",
            },
        )
        if not field.queryset or not field.queryset.exists():
            field.help_text = "No device of the plan's kind is in use. Add one under Clinic first."
        return field
