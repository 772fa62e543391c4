"""What is intended: goals, zones with depths, how many sessions, how far apart."""

from typing import ClassVar, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from clients.records.models import Client
from portal.security.scope import ClinicManager
from portal.security.words import known_words
from treatments.plans.terms import State
from treatments.products.models import DEPTH_VALIDATORS, depth_within_limits
from treatments.products.terms import DEEP_MM, DeviceKind, Zone


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


PlanManager = ClinicManager.from_queryset(PlanQuerySet)


class Plan(models.Model):
    """A course of sessions for one client."""

    clinic = models.ForeignKey("portal.Clinic", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="plans")
    practitioner = models.ForeignKey("portal.Membership", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFTED)
    goals = models.JSONField(default=list)  # a list of Goal values
    sessions_planned = models.PositiveSmallIntegerField(
        "number of sessions", default=4, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    interval_days = models.PositiveSmallIntegerField(
        "days between sessions", default=28, validators=[MinValueValidator(7), MaxValueValidator(365)]
    )
    device_kind = models.CharField("device", max_length=12, choices=DeviceKind.choices, default=DeviceKind.MECHANICAL)
    topical_anaesthetic = models.BooleanField("numbing cream planned", default=False)
    notes = models.TextField(blank=True)
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
        ]

    def __str__(self) -> str:
        return f"Plan for {self.client}, {self.sessions_planned} sessions"

    @property
    def is_running(self) -> bool:
        """Whether sessions of it may be booked and done."""
        return self.state in {State.DRAFTED, State.ACTIVE}


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
