"""The forms behind a session's pages: book, start, complete, cancel."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone

from portal.adminsite.forms import Point, PointsOut
from portal.adminsite.widgets import DateTimeBox
from portal.practice.services import valid_certificate
from treatments.consents.services import consent_in_force, first_day
from treatments.consents.terms import ConsentPurpose
from treatments.followups.models import Enrolment
from treatments.plans.forms import DepthLines
from treatments.plans.guidance import ZoneDepth
from treatments.plans.models import Plan
from treatments.plans.schedule import too_soon
from treatments.products.models import Device, Lot
from treatments.products.services import Cartridge, LotUnclear, find_cartridge
from treatments.products.terms import GREATEST_MM, DeviceKind
from treatments.screening.terms import Condition
from treatments.sessions.models import Session
from treatments.sessions.rules import ended_at_problem, not_met
from treatments.sessions.services import as_scanned, not_on_the_list, why_cartridge_refused
from treatments.sessions.terms import MOST_CARTRIDGES

CANNOT_START = "As things stand, the session cannot start on this day."
NOT_ALL_MET = "Tick each condition that is met. The session can start when all of them are."

READ = "read_cartridge"  # the button beside the lot
if TYPE_CHECKING:
    Devices = forms.ModelChoiceField[Device]
else:
    Devices = forms.ModelChoiceField


class BookForm(PointsOut, forms.Form):
    """When the next session of a plan is to be."""

    save_anyway = "I have seen this; book anyway"
    scheduled_for = forms.DateTimeField(
        label="Date and time",
        widget=DateTimeBox,
        error_messages={
            "required": "Choose the date and time.",
            "invalid": "Choose a date and time, such as 01/06/2026 10:00.",
        },
    )

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan, self.others = plan, Session.objects.filter(client_id=plan.client_id)

    def clean(self) -> dict[str, Any]:
        """A session that comes too soon after the last one is pointed out."""
        cleaned = super().clean() or self.cleaned_data
        when = cleaned.get("scheduled_for")
        if when:
            last = self.others.last_before(when)
            day = timezone.localdate(last.takes_place_at) if last else None
            words = too_soon(timezone.localdate(when), day, self.plan.least_interval)
            found = [words, reflects_on(self.plan, timezone.localdate(when))]
            self.point_out([Point(f"{words} {CANNOT_START}") for words in found if words])
        return cleaned


def reflects_on(plan: Plan, day: date) -> str:
    """That the client's days to reflect are not over on a day, and when they are; else ""."""
    first = earliest(plan) if plan.clinic.cooling_off_days else None
    return f"The client’s days to reflect are over on {first:%-d %b %Y}." if first and first > day else ""


def earliest(plan: Plan) -> date | None:
    """The first day that the client's signed consent allows; None while there is none."""
    signed = consent_in_force(client=plan.client, purpose=ConsentPurpose.TREATMENT)
    return first_day(signed) if signed else None


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


class MoveForm(BookForm):
    """The other day and time of a session that is booked."""

    save_anyway = "I have seen this; move it anyway"

    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        super().__init__(*args, plan=session.plan, **kwargs)
        self.others = self.others.exclude(pk=session.pk)
        self.fields["scheduled_for"].initial = timezone.localtime(session.scheduled_for)


class CancelForm(forms.Form):
    """Why a session is taken off."""

    reason = forms.CharField(
        label="Reason",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write the reason: it is kept with the session."},
    )


def ended_before(session: Session) -> datetime | None:
    """When a session ended that was reopened; its course of follow-ups still counts from there."""
    course = Enrolment.objects.filter(session=session).first()
    return course.anchored_at if course else None


class CorrectEndForm(CancelForm):
    """When a completed session really ended, and why it said otherwise."""

    ended_at = forms.DateTimeField(
        label="Ended",
        widget=DateTimeBox,
        error_messages={"required": "Write when the session ended.", "invalid": "Write a date and a time."},
    )
    field_order = ("ended_at", "reason")

    def __init__(self, *args: Any, session: Session, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.session, self.at = session, at
        self.fields["ended_at"].initial = timezone.localtime(session.ended_at) if session.ended_at else None

    def clean_ended_at(self) -> datetime:
        """Neither in the future nor before the start."""
        return possible_end(self.cleaned_data["ended_at"], self.session, self.at)


def possible_end(ended: datetime, session: Session, at: datetime) -> datetime:
    """The end, if the session can have ended then. Raises ValidationError."""
    started = session.started_at or ended
    # People write minutes: a session that ended in the minute it started in did not end before it.
    if ended < started and ended >= started.replace(second=0, microsecond=0):
        ended = started
    problem = ended_at_problem(started_at=started, ended_at=ended, at=at)
    if problem:
        raise forms.ValidationError(problem)
    return ended


class CompleteForm(DepthLines, forms.Form):
    """What was done: device, lot, when it ended, and how deep each zone was needled."""

    save_anyway = "I have checked these depths; complete anyway"
    cartridge: Cartridge | None = None
    cartridge_lot = forms.CharField(
        label="Cartridge lot",
        max_length=200,
        help_text="Scan the packet’s barcode, or type the lot number on it.",
        error_messages={"required": "Write the cartridge's lot number: it is on the packet."},
        widget=forms.TextInput(attrs={"list": "open-lots", "autocomplete": "off", "autocapitalize": "characters"}),
    )
    cartridges_used = forms.IntegerField(
        label="Cartridges used", required=False, min_value=1, max_value=MOST_CARTRIDGES, initial=1
    )
    ended_at = forms.DateTimeField(
        label="Ended",
        widget=DateTimeBox,
        error_messages={"required": "Write when the session ended.", "invalid": "Write a date and a time."},
    )
    notes = forms.CharField(label="Notes", required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, session: Session, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.session, self.at, self.ranges = session, at, session.plan.ranges
        self.fields["device"] = self._devices()
        self.fields["ended_at"].initial = timezone.localtime(ended_before(session) or at)
        self.fields["device"].initial = session.device_id
        self.fields["cartridge_lot"].initial = as_scanned(session)
        self.fields["cartridges_used"].initial = session.cartridges_used
        self.order_fields(["device", "cartridge_lot", "cartridges_used", "ended_at", "notes"])
        # One that was reopened is filled with what was written down before.
        rows: list[Any] = list(session.zones.order_by("pk")) or list(session.plan.zones.order_by("pk"))
        written = {row.zone: ZoneDepth(row.zone, row.depth_mm, row.reason) for row in rows}
        planned = [row.zone for row in session.plan.zones.order_by("pk")]
        self.add_depths(dict.fromkeys([*planned, *written]), written, ticked=True)

    def clean_ended_at(self) -> datetime:
        """Neither in the future nor before the start."""
        return possible_end(self.cleaned_data["ended_at"], self.session, self.at)

    def clean_cartridges_used(self) -> int:
        """One, unless they say otherwise."""
        return self.cleaned_data["cartridges_used"] or 1

    def clean(self) -> dict[str, Any]:
        """The depths, held against the practitioner's certificate; unusual ones are pointed out."""
        super().clean()
        self.read_cartridge()
        if self.only_reads:
            return self.cleaned_data
        depths = self.read_depths(self.certified_mm())
        if not depths and not self.errors:
            self.add_error(None, "Tick at least one zone that was treated, and write its depth.")
        self.point_out_unusual(depths)
        return self.others() | {"zones": depths}

    @property
    def only_reads(self) -> bool:
        """Whether the button beside the lot was pressed, as a scanner's own Enter does: nothing is completed."""
        return READ in self.data

    def is_valid(self) -> bool:
        """Never, when only the barcode was to be read."""
        return super().is_valid() and not self.only_reads

    def full_clean(self) -> None:
        """When only the barcode was to be read, what else is not filled in yet is no mistake."""
        super().full_clean()
        if self.is_bound and self.only_reads:
            for name in [name for name in self.errors if name != "cartridge_lot"]:
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
