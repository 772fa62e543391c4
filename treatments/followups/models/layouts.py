"""For what a client's emails were laid out: sending hours, and that they are wanted at all."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models.functions import Coalesce, NullIf

from clients.messages.models import Message
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

    def still(self, client: "Client", hours: "SendingHours") -> Self:
        """The client's, if it is as it would be noted now."""
        return self.filter(client=client, **_noted(client, hours))

    def note(self, client: "Client", hours: "SendingHours", *, whole: bool) -> None:
        """The client is laid out for these hours. If not whole, it is to be done again: with an address, or later."""
        noted = _noted(client, hours) | ({} if whole else {"zone": ""})
        row = self.model(clinic=client.clinic, client=client, **noted)
        self.bulk_create([row], update_conflicts=True, unique_fields=["client"], update_fields=list(noted))

    def with_emails_to_come(self) -> Self:
        """Those of clients with messages that have not left."""
        return self.filter(models.Exists(Message.objects.unsent().filter(client=models.OuterRef("client"))))

    def outdate(self) -> None:
        """What they were laid out for counts no more: something else has changed."""
        self.update(zone="")


def _noted(client: "Client", hours: "SendingHours") -> dict[str, Any]:
    opens, closes = hours.opens, hours.closes
    return {"zone": str(hours.zone), "opens": opens, "closes": closes, "wanted": client.gets_follow_ups}


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
