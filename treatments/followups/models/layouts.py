"""For what a client's emails were laid out: sending hours, and that they are wanted at all."""

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
        """Those of clients with an address for whom it is otherwise now: hours, time zone, whether they want any."""
        now = {
            "zone": Coalesce(OWN_ZONE, models.F("client__clinic__time_zone")),
            "opens": models.F("client__clinic__sends_from"),
            "closes": models.F("client__clinic__sends_until"),
            "wanted": models.F("client__gets_follow_ups"),
        }
        return self.filter(client__archived_at=None).exclude(client__email="").exclude(**now)

    def note(self, client: "Client", hours: "SendingHours") -> None:
        """The client is laid out for these hours; for none without an address, so that one who gets one is found."""
        noted = {
            "zone": str(hours.zone) if client.email else "",
            "opens": hours.opens,
            "closes": hours.closes,
            "wanted": client.gets_follow_ups,
        }
        row = self.model(clinic=client.clinic, client=client, **noted)
        self.bulk_create([row], update_conflicts=True, unique_fields=["client"], update_fields=list(noted))

    def outdate(self) -> None:
        """What they were laid out for counts no more: something else has changed."""
        self.update(zone="")


LayoutManager = ClinicManager.from_queryset(LayoutQuerySet)


class Layout(models.Model):
    """One row for each client who has follow-ups: for what they were last laid out."""

    clinic = models.ForeignKey("portal.Clinic", on_delete=models.PROTECT, related_name="+")
    client = models.OneToOneField("clients.Client", on_delete=models.PROTECT, related_name="layout")
    zone = models.CharField(max_length=64, blank=True)  # of the hours, such as "Europe/London"; "" = for none so far
    opens = models.TimeField()
    closes = models.TimeField()
    wanted = models.BooleanField(default=True)  # whether the client got follow-up emails at all

    objects = LayoutManager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(closes__gt=models.F("opens")), name="layout_hours_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.opens:%H:%M} to {self.closes:%H:%M}, {self.zone}" if self.zone else "Not laid out"
