"""Red flags: what a person must act on by a time."""

from datetime import datetime
from typing import Self

from django.db import models

from portal.security.scope import ClinicManager
from portal.security.words import known_words
from treatments.followups.terms import Urgency


class AlertQuerySet(models.QuerySet["Alert"]):
    """What can be asked of alerts."""

    def waiting(self) -> Self:
        """Alerts that nobody has acted on."""
        return self.filter(acknowledged_at=None)

    def to_escalate(self, at: datetime) -> Self:
        """Alerts whose time is over, that nobody acted on, and that the owner was not told of."""
        return self.waiting().filter(act_by__lte=at, escalated_at=None)


AlertManager = ClinicManager.from_queryset(AlertQuerySet)


class Alert(models.Model):
    """A red-flag reply that somebody must act on by a time."""

    clinic = models.ForeignKey("portal.Clinic", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="red_flags")
    reply = models.OneToOneField("treatments.Reply", on_delete=models.PROTECT, related_name="alert")
    # The email that tells the clinic.
    message = models.OneToOneField(
        "clients.Message", null=True, blank=True, on_delete=models.PROTECT, related_name="alert"
    )
    urgency = models.CharField(max_length=10, choices=Urgency.choices)
    raised_at = models.DateTimeField("raised")
    act_by = models.DateTimeField("act by")
    acknowledged_at = models.DateTimeField("acted on", null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        "portal.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    note = models.TextField("what was done", blank=True)
    # Nobody acted by then: the owner was told.
    escalated_at = models.DateTimeField("passed on to the owner", null=True, blank=True)

    objects = AlertManager()

    class Meta:
        verbose_name = "red flag"
        ordering = ["-raised_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(acknowledged_at=None, acknowledged_by=None)
                | (models.Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False) & ~models.Q(note="")),
                name="alert_acted_on_has_time_person_and_note",
            ),
            known_words("urgency", Urgency, "alert_urgency_is_known"),
        ]
        indexes = [
            models.Index(
                fields=["act_by"],
                condition=models.Q(acknowledged_at=None, escalated_at=None),
                name="alert_to_escalate",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_urgency_display()}: {self.client}"
