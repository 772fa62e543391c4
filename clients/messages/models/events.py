"""What the mail provider reports about messages that left: each report once, in whatever order they come."""

from django.db import models

from clients.messages.models.messages import Message
from clients.messages.terms import Report
from portal.security.scope import ClinicManager
from portal.security.words import known_words


class ProviderEventQuerySet(models.QuerySet["ProviderEvent"]):
    """What can be asked of reports."""


ProviderEventManager = ClinicManager.from_queryset(ProviderEventQuerySet)


class ProviderEvent(models.Model):
    """One report of the provider about one message."""

    clinic = models.ForeignKey("portal.Clinic", on_delete=models.PROTECT, related_name="+")
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="provider_events")
    provider = models.CharField(max_length=40)
    event_id = models.CharField(max_length=160)
    report = models.CharField(max_length=12, choices=Report.choices)
    happened_at = models.DateTimeField()
    received_at = models.DateTimeField()

    objects = ProviderEventManager()

    class Meta:
        ordering = ["-happened_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "event_id"], name="provider_event_once"),
            known_words("report", Report, "provider_event_report_is_known"),
        ]

    def __str__(self) -> str:
        return self.get_report_display()
