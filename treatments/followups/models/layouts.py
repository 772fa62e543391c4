"""For which sending hours a client's emails were laid out."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models.functions import Coalesce, NullIf

from portal.security.scope import ClinicManager

if TYPE_CHECKING:
    from clients.messages.schedule import SendingHours
    from clients.records.models import Client

OWN_ZONE = NullIf("client__time_zone", models.Value(""))


class LayoutQuerySet(models.QuerySet["Layout"]):
    """What can be asked of layouts."""

    def outdated(self) -> Self:
        """Those of clients who get emails, and whose hours are others now: the clinic's, or where the client lives."""
        now = {
            "zone": Coalesce(OWN_ZONE, models.F("client__clinic__time_zone")),
            "opens": models.F("client__clinic__sends_from"),
            "closes": models.F("client__clinic__sends_until"),
        }
        return self.filter(client__archived_at=None).exclude(client__email="").exclude(**now)

    def note(self, client: "Client", hours: "SendingHours") -> None:
        """The client is laid out for these hours; for none without an address, so that one who gets one is found."""
        zone = str(hours.zone) if client.email else ""
        row = self.model(clinic=client.clinic, client=client, zone=zone, opens=hours.opens, closes=hours.closes)
        columns = ["zone", "opens", "closes"]
        self.bulk_create([row], update_conflicts=True, unique_fields=["client"], update_fields=columns)


LayoutManager = ClinicManager.from_queryset(LayoutQuerySet)


class Layout(models.Model):
    """One row for each client who has follow-ups: the hours for which they were last laid out."""

    clinic = models.ForeignKey("portal.Clinic", on_delete=models.PROTECT, related_name="+")
    client = models.OneToOneField("clients.Client", on_delete=models.PROTECT, related_name="layout")
    zone = models.CharField(max_length=64, blank=True)  # of the hours, such as "Europe/London"; "" = for none so far
    opens = models.TimeField()
    closes = models.TimeField()

    objects = LayoutManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(closes__gt=models.F("opens")), name="layout_hours_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.opens:%H:%M} to {self.closes:%H:%M}, {self.zone}" if self.zone else "Not laid out"
