"""Addresses that nothing is sent to any more, and why."""

from typing import Self

from django.db import models
from django.db.models.functions import Lower

from clients.messages.terms import SuppressedBecause
from portal.security.scope import ClinicManager
from portal.security.words import known_words


class SuppressionQuerySet(models.QuerySet["Suppression"]):
    """What can be asked of suppressions."""

    def in_force(self) -> Self:
        """Those that nobody has lifted."""
        return self.filter(lifted_at=None)

    def of(self, address: str) -> Self:
        """Those of one address, whatever its capitals."""
        return self.filter(address=address.strip().lower())


SuppressionManager = ClinicManager.from_queryset(SuppressionQuerySet)


class Suppression(models.Model):
    """One address of one clinic, from when it bounced or complained until somebody lifts it with a reason."""

    clinic = models.ForeignKey("portal.Clinic", on_delete=models.PROTECT, related_name="+")
    address = models.EmailField(max_length=254)  # in lower case
    because = models.CharField("reason", max_length=12, choices=SuppressedBecause.choices)
    # The message whose bounce or complaint it was; none when a person wrote it down.
    message = models.ForeignKey("clients.Message", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    suppressed_at = models.DateTimeField("since")
    suppressed_by = models.ForeignKey(
        "portal.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name="by"
    )
    lifted_at = models.DateTimeField("lifted", null=True, blank=True)
    lifted_by = models.ForeignKey("portal.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    lifted_why = models.TextField("why it was lifted", blank=True)

    objects = SuppressionManager()

    class Meta:
        verbose_name = "stopped address"
        verbose_name_plural = "stopped addresses"
        ordering = ["-suppressed_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "address"], condition=models.Q(lifted_at=None), name="suppression_once_per_address"
            ),
            models.CheckConstraint(
                condition=models.Q(address=Lower("address")), name="suppression_address_in_lower_case"
            ),
            known_words("because", SuppressedBecause, "suppression_reason_is_known"),
            models.CheckConstraint(
                condition=models.Q(lifted_at=None, lifted_by=None)
                | (models.Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~models.Q(lifted_why="")),
                name="suppression_lifted_has_time_person_and_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.get_because_display()
