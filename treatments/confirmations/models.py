"""Before each session the client says, signed, whether their last answers still hold."""

from typing import Self

from django.db import models

from clients.links.terms import Channel
from portal.security.scope import ClinicManager
from portal.security.words import known_words
from treatments.confirmations.terms import State
from treatments.screening.models import Screening


class ConfirmationQuerySet(models.QuerySet["Confirmation"]):
    """What can be asked of confirmations."""

    def asked(self) -> Self:
        """Those that wait for the client."""
        return self.filter(state=State.ASKED)

    def standing(self) -> Self:
        """Those that were not closed."""
        return self.exclude(state=State.CLOSED)


ConfirmationManager = ClinicManager.from_queryset(ConfirmationQuerySet)


class Confirmation(models.Model):
    """One session's question "has anything changed?" and the client's signed answer."""

    clinic = models.ForeignKey("portal.Clinic", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="confirmations")
    # Sessions lie above in the layers: by name only.
    session = models.ForeignKey("treatments.Session", on_delete=models.PROTECT, related_name="confirmations")
    # Whose answers were shown; set with the answer, because it is the newest accepted one at that moment.
    screening = models.ForeignKey(Screening, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answers_sha256 = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    asked_at = models.DateTimeField("asked")
    signed_name = models.CharField(max_length=120, blank=True)
    answered_at = models.DateTimeField("answered", null=True, blank=True)
    answered_from = models.GenericIPAddressField("from address", null=True, blank=True)
    channel = models.CharField("answered", max_length=10, choices=Channel.choices, blank=True)

    objects = ConfirmationManager()

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["session"], condition=models.Q(state=State.ASKED), name="confirmation_asked_once_per_session"
            ),
            known_words("state", State, "confirmation_state_is_known"),
            known_words("channel", Channel, "confirmation_channel_is_known", or_empty=True),
            models.CheckConstraint(
                condition=~models.Q(state=State.CONFIRMED)
                | models.Q(screening__isnull=False, answered_at__isnull=False) & ~models.Q(signed_name=""),
                name="confirmation_confirmed_is_signed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()} ({self.asked_at:%-d %b %Y})"
