"""What was done: when, by whom, with what."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models.functions import Coalesce, Upper

from portal.security.scope import ClinicManager
from portal.security.words import known_words
from treatments.consents.models import Consent
from treatments.plans.models import Plan
from treatments.screening.models import Screening
from treatments.sessions.terms import MOST_CARTRIDGES, State

# When it ended, as the record was amended; until then, when it is booked for.
TOOK_PLACE = Coalesce("as_amended__ended_at", "ended_at", "scheduled_for")


class SessionQuerySet(models.QuerySet["Session"]):
    """What can be asked of sessions."""

    def held(self, session: "Session") -> "Session":
        """The row as it is now, held until the transaction ends; the client's and the plan's row before it."""
        plan = Plan.objects.held(session.plan)
        held = self.select_for_update(no_key=True).get(pk=session.pk)
        held.plan, held.client = plan, plan.client
        return held

    def standing_between(self, start: datetime, end: datetime) -> Self:
        """Sessions of one day: those not cancelled whose time lies in it."""
        return self.standing().filter(scheduled_for__gte=start, scheduled_for__lt=end)

    def booked_between(self, start: datetime, end: datetime) -> Self:
        """Sessions that are still to come and whose time lies in it."""
        return self.filter(state=State.BOOKED, scheduled_for__gte=start, scheduled_for__lt=end)

    def not_finished(self, start: datetime, end: datetime) -> Self:
        """Those still open that are not of the day between: started, or booked for an earlier day."""
        earlier = models.Q(scheduled_for__lt=start)
        later = models.Q(scheduled_for__gte=end, state=State.IN_PROGRESS)
        return self.filter(earlier | later, state__in=[State.BOOKED, State.IN_PROGRESS])

    def standing(self) -> Self:
        """Sessions that were not cancelled: their numbers are taken."""
        return self.exclude(state=State.CANCELLED)

    def last_before(self, at: datetime) -> "Session | None":
        """The latest of these sessions before a time, those cancelled left out."""
        return self.alias(was=TOOK_PLACE).filter(was__lt=at).latest_first().first()

    def latest_first(self) -> Self:
        """Those not cancelled, by the time they ended, or are booked for until then."""
        return self.standing().select_related("as_amended").order_by(TOOK_PLACE.desc(), "-id")

    def latest_done(self) -> "Session | None":
        """Of the completed ones the last."""
        return self.completed().latest_first().first()

    def took_place_until(self, at: datetime) -> Self:
        """Sessions that ended by then, or are booked for then at the latest."""
        return self.alias(was=TOOK_PLACE).filter(was__lte=at)

    def with_cartridge(self, number: str) -> Self:
        """Sessions in which a cartridge of this lot was written down, in capitals or not."""
        return self.annotate(lot_in_capitals=Upper("cartridge_lot")).filter(lot_in_capitals=number.strip().upper())

    def completed(self) -> Self:
        """Sessions that were done."""
        return self.filter(state=State.COMPLETED)

    def to_sign(self) -> Self:
        """Sessions that were done and whose record nobody has signed."""
        return self.completed().filter(signed=None)


SessionManager = ClinicManager.from_queryset(SessionQuerySet)


class Session(models.Model):
    """One treatment of a plan's series."""

    clinic = models.ForeignKey("portal.Clinic", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="sessions")
    plan = models.ForeignKey("treatments.Plan", on_delete=models.PROTECT, related_name="sessions")
    number = models.PositiveSmallIntegerField()
    practitioner = models.ForeignKey("portal.Membership", on_delete=models.PROTECT, related_name="+")
    scheduled_for = models.DateTimeField("booked for")
    state = models.CharField(max_length=12, choices=State.choices, default=State.BOOKED)
    started_at = models.DateTimeField("started", null=True, blank=True)
    started_by = models.ForeignKey("portal.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField("ended", null=True, blank=True)
    completed_by = models.ForeignKey("portal.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    device = models.ForeignKey("treatments.Device", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    cartridge_lot = models.CharField(max_length=60, blank=True)
    # What was known of it then: the clinic's own lot if it is on the list, and what the packet said.
    lot = models.ForeignKey("treatments.Lot", null=True, blank=True, on_delete=models.PROTECT, related_name="sessions")
    cartridge_gtin = models.CharField(max_length=14, blank=True, default="", db_default="")
    cartridge_expires_on = models.DateField("cartridge expires", null=True, blank=True)
    cartridges_used = models.PositiveSmallIntegerField(default=1, db_default=1)
    notes = models.TextField(blank=True)
    cancel_reason = models.TextField("why it was cancelled", blank=True)
    # What it was started on: the screening that allowed it and the consent in force.
    screening = models.ForeignKey(Screening, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    consent = models.ForeignKey(Consent, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # Written down before the portal asked for either.
    before_gate = models.BooleanField(default=False, editable=False)

    objects = SessionManager()

    class Meta:
        ordering = ["-scheduled_for", "-id"]
        indexes = [
            models.Index(fields=["clinic", "scheduled_for"], name="session_by_day"),
            models.Index("clinic", Upper("cartridge_lot"), name="session_by_lot_number"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "number"],
                condition=~models.Q(state=State.CANCELLED),
                name="session_number_once_per_plan",
            ),
            models.UniqueConstraint(
                fields=["client"],
                condition=models.Q(state=State.IN_PROGRESS),
                name="session_one_in_progress_per_client",
            ),
            known_words("state", State, "session_state_is_known"),
            models.CheckConstraint(
                condition=models.Q(state=State.COMPLETED) | models.Q(ended_at=None),
                name="session_ended_only_when_completed",
            ),
            models.CheckConstraint(
                condition=models.Q(cartridges_used__gte=1, cartridges_used__lte=MOST_CARTRIDGES),
                name="session_cartridges_used_are_few",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=State.CANCELLED) | ~models.Q(cancel_reason=""),
                name="session_cancelled_has_a_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[State.BOOKED, State.CANCELLED])
                | models.Q(started_at__isnull=False, started_by__isnull=False),
                name="session_started_has_a_time_and_a_person",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[State.BOOKED, State.CANCELLED])
                | models.Q(before_gate=True)
                | models.Q(screening__isnull=False, consent__isnull=False),
                name="session_started_on_a_screening_and_a_consent",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=State.COMPLETED)
                | (
                    models.Q(ended_at__isnull=False, completed_by__isnull=False, device__isnull=False)
                    & models.Q(ended_at__gte=models.F("started_at"))
                    & ~models.Q(cartridge_lot="")
                ),
                name="session_completed_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"Session {self.number} of {self.client}"

    @property
    def takes_place_at(self) -> datetime:
        """When it ended, which may be on another day than it was booked for; until then, when it is booked for.

        An end that was amended counts. Lists of sessions take `as_amended` along.
        """
        amended = getattr(self, "as_amended", None) if self.ended_at else None
        return amended.ended_at if amended else self.ended_at or self.scheduled_for
