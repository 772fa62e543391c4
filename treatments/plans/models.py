"""What is intended: protocols, and plans with goals, zones with depths, how many sessions, how far apart."""

from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Cast, Coalesce

from clients.records.models import Client
from portal.security.scope import ClinicManager
from portal.security.words import known_words
from treatments.plans.rules import Range, ranges_of
from treatments.plans.schedule import OVERDUE_AFTER
from treatments.plans.terms import Indication, State
from treatments.products.models import DEPTH_VALIDATORS, depth_within_limits
from treatments.products.terms import DEEP_MM, DeviceKind, Zone

DAYS = [MinValueValidator(7), MaxValueValidator(365)]
PASSES = [MinValueValidator(1), MaxValueValidator(6)]


def technique_constraints(of: str) -> list[models.BaseConstraint]:
    """What the database refuses of a technique. A check that is unknown, for want of a number, holds."""
    return [
        models.CheckConstraint(
            condition=models.Q(least_days=None)
            | models.Q(least_days__gte=7, least_days__lte=models.F("interval_days")),
            name=f"{of}_least_interval_within_interval",
            violation_error_message="The least number of days cannot be more than what is recommended.",
        ),
        models.CheckConstraint(
            condition=models.Q(passes_least=None, passes_most=None)
            | models.Q(passes_least__isnull=False, passes_most__isnull=False)
            & models.Q(passes_least__gte=1, passes_most__lte=6, passes_least__lte=models.F("passes_most")),
            name=f"{of}_passes_are_a_range",
            violation_error_message="Write the least and the greatest number of passes, from 1 to 6, or neither.",
        ),
    ]


class Technique(models.Model):
    """How a series is done, as a protocol and a plan say it; a plan may leave open what is null."""

    least_days = models.PositiveSmallIntegerField("least days between sessions", null=True, blank=True, validators=DAYS)
    passes_least = models.PositiveSmallIntegerField("passes, at least", null=True, blank=True, validators=PASSES)
    passes_most = models.PositiveSmallIntegerField("passes, at most", null=True, blank=True, validators=PASSES)
    endpoint = models.CharField(max_length=300, blank=True)
    aftercare = models.JSONField(default=list, blank=True)  # a list of Aftercare values

    class Meta:
        abstract = True

    @property
    def passes(self) -> str:
        """The passes in words: "2 to 3", "2", "" when they are left open."""
        if self.passes_least is None or self.passes_least == self.passes_most:
            return str(self.passes_least or "")
        return f"{self.passes_least} to {self.passes_most}"


class ProtocolQuerySet(models.QuerySet["Protocol"]):
    """What can be asked of protocols."""

    def to(self, indication: str) -> Self:
        """Those for one indication."""
        return self.filter(indication=indication)

    def published(self) -> Self:
        """Those that hold or held, the newest first."""
        return self.exclude(published_at=None).order_by("indication", "-number")

    def drafts(self) -> Self:
        """Those still being written; one at most for each indication."""
        return self.filter(published_at=None)


ProtocolManager = ClinicManager.from_queryset(ProtocolQuerySet)


class Protocol(Technique):
    """One version of how a clinic does a series for one indication. Once published it is never changed."""

    clinic = models.ForeignKey("portal.Clinic", on_delete=models.PROTECT, related_name="+")
    indication = models.CharField(max_length=20, choices=Indication.choices)
    number = models.PositiveIntegerField("version")
    sessions_planned = models.PositiveSmallIntegerField(
        "number of sessions", validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    interval_days = models.PositiveSmallIntegerField("recommended days between sessions", validators=DAYS)
    zones = models.JSONField(default=dict)  # {zone: [least, greatest] depth in mm, as "0.50"}
    source = models.TextField("where it comes from", blank=True)
    # The dated default it was taken from unchanged; "" when the clinic wrote it.
    shipped = models.CharField(max_length=20, blank=True)
    begun_at = models.DateTimeField("begun")
    begun_by = models.ForeignKey("portal.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField("why it changes", blank=True)
    published_at = models.DateTimeField("in force from", null=True, blank=True)
    published_by = models.ForeignKey("portal.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = ProtocolManager()

    class Meta:
        ordering = ["indication", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["clinic", "indication", "number"], name="protocol_number_once"),
            models.UniqueConstraint(
                fields=["clinic", "indication"], condition=models.Q(published_at=None), name="protocol_one_draft"
            ),
            known_words("indication", Indication, "protocol_indication_is_known"),
            models.CheckConstraint(
                condition=models.Q(sessions_planned__gte=1, sessions_planned__lte=12)
                & models.Q(interval_days__gte=7, interval_days__lte=365)
                & models.Q(least_days__isnull=False, passes_least__isnull=False),
                name="protocol_says_how",
            ),
            models.CheckConstraint(
                condition=models.Q(published_at=None)
                | ~models.Q(shipped="")
                | models.Q(published_by__isnull=False) & ~models.Q(reason=""),
                name="protocol_published_has_a_person_and_a_reason",
            ),
            *technique_constraints("protocol"),
        ]

    def __str__(self) -> str:
        return f"{self.get_indication_display()}, version {self.number}"


class PlanQuerySet(models.QuerySet["Plan"]):
    """What can be asked of plans."""

    def held(self, plan: "Plan") -> "Plan":
        """The row as it is now, held until the transaction ends; the client's row before it."""
        client = Client.objects.held(plan.client_id)
        held = self.select_for_update(no_key=True).get(pk=plan.pk)
        held.client = client
        return held

    def running(self) -> Self:
        """Drafted and active plans."""
        return self.filter(state__in=[State.DRAFTED, State.ACTIVE])

    def with_progress(self) -> Self:
        """Adds sessions_done, the number of completed sessions. Sessions lie above: by name only."""
        return self.annotate(sessions_done=models.Count("sessions", filter=models.Q(sessions__state="completed")))

    def overdue(self, at: datetime) -> Self:
        """Running plans of which the next session was due a while ago and is not booked, the longest first.

        Adds due_at. A session whose day has passed without it being done is another to-do: it is booked still.
        """
        done, open_now = models.Q(sessions__state="completed"), models.Q(sessions__state__in=["booked", "in_progress"])
        a_day = models.Value(timedelta(days=1), output_field=models.DurationField())
        gap = models.ExpressionWrapper(
            Cast("interval_days", models.IntegerField()) * a_day, output_field=models.DurationField()
        )
        last = (
            self.running()
            .with_progress()
            .annotate(
                still_open=models.Count("sessions", filter=open_now),
                last_done=models.Max(Coalesce("sessions__as_amended__ended_at", "sessions__ended_at"), filter=done),
            )
        )
        due = models.ExpressionWrapper(models.F("last_done") + gap, output_field=models.DateTimeField())
        quiet = last.filter(still_open=0, sessions_done__lt=models.F("sessions_planned")).annotate(due_at=due)
        return quiet.filter(due_at__lt=at - OVERDUE_AFTER).order_by("due_at", "pk")


PlanManager = ClinicManager.from_queryset(PlanQuerySet)


class Plan(Technique):
    """A course of sessions for one client."""

    clinic = models.ForeignKey("portal.Clinic", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="plans")
    practitioner = models.ForeignKey("portal.Membership", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFTED)
    # The version of the protocol that it began from; what the plan says may differ since.
    protocol = models.ForeignKey(
        "treatments.Protocol", null=True, blank=True, on_delete=models.PROTECT, related_name="plans"
    )
    goals = models.JSONField(default=list)  # a list of Goal values
    sessions_planned = models.PositiveSmallIntegerField(
        "number of sessions", default=4, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    interval_days = models.PositiveSmallIntegerField("days between sessions", default=28, validators=DAYS)
    device_kind = models.CharField("device", max_length=12, choices=DeviceKind.choices, default=DeviceKind.MECHANICAL)
    topical_anaesthetic = models.BooleanField("numbing cream planned", default=False)
    notes = models.TextField(blank=True)
    price_note = models.CharField("price", max_length=200, blank=True)
    stop_reason = models.TextField("why it was stopped", blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PlanManager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(sessions_planned__gte=1, sessions_planned__lte=12), name="plan_has_1_to_12_sessions"
            ),
            models.CheckConstraint(
                condition=models.Q(interval_days__gte=7, interval_days__lte=365), name="plan_interval_7_to_365_days"
            ),
            known_words("state", State, "plan_state_is_known"),
            known_words("device_kind", DeviceKind, "plan_device_is_known"),
            models.CheckConstraint(
                condition=~models.Q(state=State.STOPPED) | ~models.Q(stop_reason=""), name="plan_stopped_has_a_reason"
            ),
            *technique_constraints("plan"),
        ]

    def __str__(self) -> str:
        return f"Plan for {self.client}, {self.sessions_planned} sessions"

    @property
    def is_running(self) -> bool:
        """Whether sessions of it may be booked and done."""
        return self.state in {State.DRAFTED, State.ACTIVE}

    @property
    def ranges(self) -> dict[str, Range]:
        """The depths (mm) that are usual by the protocol it began from, by zone."""
        return ranges_of(self.protocol.zones) if self.protocol else {}

    @property
    def least_interval(self) -> int:
        """The fewest days between two sessions: what is recommended, unless the plan allows less."""
        return self.least_days or self.interval_days


class PlanZone(models.Model):
    """One zone of a plan, with its needle depth."""

    clinic = models.ForeignKey("portal.Clinic", on_delete=models.PROTECT, related_name="+")
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="zones")
    zone = models.CharField(max_length=20, choices=Zone.choices)
    depth_mm = models.DecimalField("needle depth (mm)", max_digits=3, decimal_places=2, validators=DEPTH_VALIDATORS)
    reason = models.CharField("reason for more than 1.5 mm", max_length=300, blank=True)

    objects: ClassVar[ClinicManager["PlanZone"]] = ClinicManager()

    class Meta:
        verbose_name = "zone"
        constraints = [
            models.UniqueConstraint(fields=["plan", "zone"], name="plan_zone_once"),
            known_words("zone", Zone, "plan_zone_is_known"),
            depth_within_limits("plan_depth_within_limits"),
            models.CheckConstraint(
                condition=models.Q(depth_mm__lte=DEEP_MM) | ~models.Q(reason=""),
                name="plan_deep_zone_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_zone_display()} {self.depth_mm} mm"
