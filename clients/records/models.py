"""The person: one row for each client of a clinic."""

from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import Self
from zoneinfo import ZoneInfo

from django.db import models

from clients.records.rules import is_name_of
from clients.records.terms import ArchivedBecause, SkinType
from portal.practice.models import validate_time_zone
from portal.practice.terms import Language
from portal.security.rows import QuickRow
from portal.security.scope import ClinicManager
from portal.security.words import known_words

FOUND_BY = ("first_name", "last_name", "preferred_name", "email")


class ClientQuerySet(models.QuerySet["Client"]):
    """What can be asked of the client list."""

    def held(self, pk: int) -> "Client":
        """The row as it is now, held until the transaction ends. Services take it before a client's other rows.

        Everywhere in this order: client, plan, session, screening or follow-up, messages, and the clinic by record().
        NO KEY, so that nobody waits who only writes a row that points to the client.
        """
        return self.select_for_update(no_key=True).get(pk=pk)

    def current(self) -> Self:
        """Clients who are not archived."""
        return self.filter(archived_at=None)

    def archived(self) -> Self:
        """Clients who were put aside."""
        return self.exclude(archived_at=None)

    def found_by(self, words: str) -> Self:
        """Clients of whom each of these words stands in a name or in the email address."""
        found = self
        for word in words.split():
            somewhere = [models.Q(**{f"{field}__icontains": word}) for field in FOUND_BY]
            found = found.filter(reduce(or_, somewhere))
        return found

    def with_open_session(self) -> Self:
        """Clients with a session that is booked or under way. Sessions lie above: by name only."""
        return self.filter(sessions__state__in=["booked", "in_progress"]).distinct()

    def with_next_session(self, at: datetime) -> Self:
        """Adds next_session: when the client's earliest session booked from now on is, or None."""
        booked = models.Q(sessions__state="booked", sessions__scheduled_for__gte=at)
        return self.annotate(next_session=models.Min("sessions__scheduled_for", filter=booked))

    def likely_same(self, *, email: str, first_name: str, last_name: str, date_of_birth: date | None) -> Self:
        """Clients with this email, or with this name and date of birth."""
        same_name = models.Q(first_name__iexact=first_name, last_name__iexact=last_name, date_of_birth=date_of_birth)
        return self.filter(same_name | models.Q(email=email.lower()) if email else same_name)


ClientManager = ClinicManager.from_queryset(ClientQuerySet)


class Client(QuickRow):
    """A person who is treated. They have no account; they get emails and open the links in them."""

    clinic = models.ForeignKey("portal.Clinic", on_delete=models.PROTECT, related_name="+")
    first_name = models.CharField(max_length=80)
    last_name = models.CharField(max_length=80)
    preferred_name = models.CharField(max_length=80, blank=True, help_text="How they like to be addressed.")
    date_of_birth = models.DateField()
    email = models.EmailField(max_length=254, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    address = models.TextField(blank=True)
    language = models.CharField(max_length=5, choices=Language.choices, default=Language.ENGLISH)
    skin_type = models.CharField("skin type (Fitzpatrick)", max_length=3, choices=SkinType.choices, blank=True)
    goals = models.JSONField(default=list, blank=True)  # a list of Goal values
    notes = models.TextField(blank=True)
    alerts = models.TextField(blank=True, help_text="Shown in red at the top of every page about this client.")
    gets_follow_ups = models.BooleanField("follow-up emails", default=True, help_text="Untick if they asked for none.")
    created_at = models.DateTimeField(auto_now_add=True)
    time_zone = models.CharField(
        max_length=64,
        blank=True,
        validators=[validate_time_zone],
        help_text="Only if they live in another time zone than the clinic, such as Europe/Lisbon.",
    )
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)
    archived_because = models.CharField(
        "why archived", max_length=12, choices=ArchivedBecause.choices, blank=True, editable=False
    )

    objects = ClientManager()

    class Meta:
        ordering = ["last_name", "first_name", "id"]
        indexes = [
            models.Index(fields=["clinic", "last_name", "first_name", "id"], name="client_by_name"),
            models.Index(fields=["clinic", "email"], name="client_by_email"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(date_of_birth__gte=date(1900, 1, 1)), name="client_born_since_1900"
            ),
            known_words("archived_because", ArchivedBecause, "client_archived_because_is_known", or_empty=True),
            models.CheckConstraint(
                condition=models.Q(archived_because="") | models.Q(archived_at__isnull=False),
                name="client_archived_because_only_when_archived",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}"

    def is_named(self, name: str) -> bool:
        """Whether a signature reads like the name in the record."""
        return is_name_of(name, given={self.first_name, self.preferred_name}, family=self.last_name)

    @property
    def zone(self) -> ZoneInfo:
        """Where they live: their own time zone, else the clinic's."""
        return ZoneInfo(self.time_zone or self.clinic.time_zone)

    @property
    def called(self) -> str:
        """How they like to be addressed."""
        return self.preferred_name or self.first_name
