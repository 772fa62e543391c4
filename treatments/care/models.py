"""A clinic's care schedule, as dated versions. The first is the default that ships with the portal."""

from typing import Self

from django.db import models

from portal.security.scope import ClinicManager


class CareVersionQuerySet(models.QuerySet["CareVersion"]):
    """What can be asked of care schedules."""

    def published(self) -> Self:
        """Those that hold or held, the newest first. What one says is long, and read once: schedule_of() fetches it."""
        return self.filter(published_at__isnull=False).order_by("-number").defer("content")

    def drafts(self) -> Self:
        """Those still being written; a clinic has one at most."""
        return self.filter(published_at=None)


CareVersionManager = ClinicManager.from_queryset(CareVersionQuerySet)


class CareVersion(models.Model):
    """One version: steps, hours, who gets them, wording. Once published it is never changed."""

    clinic = models.ForeignKey("portal.Clinic", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    content = models.JSONField()  # as treatments/care/schedule.py reads it
    fingerprint = models.CharField(max_length=64)  # SHA-256 of the content, also of a draft's
    # The dated default it was taken from unchanged; "" when the clinic wrote it.
    shipped = models.CharField(max_length=20, blank=True)
    begun_at = models.DateTimeField("begun")
    begun_by = models.ForeignKey("portal.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField("why it changes", blank=True)
    published_at = models.DateTimeField("in force from", null=True, blank=True)
    published_by = models.ForeignKey("portal.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = CareVersionManager()

    class Meta:
        verbose_name = "care schedule"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["clinic", "number"], name="care_number_once"),
            models.UniqueConstraint(
                fields=["clinic"], condition=models.Q(published_at=None), name="care_one_draft_per_clinic"
            ),
            models.CheckConstraint(
                condition=models.Q(published_at=None)
                | ~models.Q(shipped="")
                | models.Q(published_by__isnull=False) & ~models.Q(reason=""),
                name="care_published_has_a_person_and_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"Care schedule {self.number}"
