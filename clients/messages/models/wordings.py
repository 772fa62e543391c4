"""The words that many emails share, written down once."""

from django.db import models
from django.utils import timezone

from portal.security.scope import ClinicManager


class Wording(models.Model):
    """The ready words of an email with marks where its fields stand. Never changed, never deleted."""

    # No index but the one by which it is found.
    clinic = models.ForeignKey("portal.Clinic", on_delete=models.PROTECT, related_name="+", db_index=False)
    digest = models.CharField(max_length=64)  # SHA-256 of the content: equal words are one row
    content = models.JSONField()  # as clients/messages/pieces.py reads it
    created_at = models.DateTimeField(default=timezone.now)

    objects = ClinicManager()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["clinic", "digest"], name="wording_once_per_clinic")]

    def __str__(self) -> str:
        return f"Wording {self.digest[:8]}"
