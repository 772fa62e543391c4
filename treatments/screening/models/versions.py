"""A clinic's own questionnaire, as dated versions. Without one, the default that ships with the portal holds."""

from functools import lru_cache
from typing import Self

from django.db import models

from portal.security.scope import ClinicManager
from treatments.screening.questionnaire import Questionnaire, default, read_kept


class QuestionnaireVersionQuerySet(models.QuerySet["QuestionnaireVersion"]):
    """What can be asked of versions."""

    def published(self) -> Self:
        """Those that hold or held, the newest first."""
        return self.filter(published_at__isnull=False).order_by("-number")

    def drafts(self) -> Self:
        """Those still being written; a clinic has one at most."""
        return self.filter(published_at=None)

    def in_force(self) -> Questionnaire:
        """What the open clinic asks today: its newest published version, else the portal's default."""
        return published_under(self.published().values_list("fingerprint", flat=True).first())


QuestionnaireVersionManager = ClinicManager.from_queryset(QuestionnaireVersionQuerySet)


def published_under(fingerprint: str | None) -> Questionnaire:
    """What the open clinic published under it; the portal's default where it published nothing."""
    return _published(fingerprint) if fingerprint else default()


@lru_cache(maxsize=64)
def _published(fingerprint: str) -> Questionnaire:
    """What was published under this fingerprint: every page of every form asks for it, and it never changes."""
    same = QuestionnaireVersion.objects.published().filter(fingerprint=fingerprint)
    return read_kept(same.values_list("content", flat=True)[0])


class QuestionnaireVersion(models.Model):
    """One version: questions, wording and rules. Once published it is never changed."""

    clinic = models.ForeignKey("portal.Clinic", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    content = models.JSONField()  # as questionnaire.snapshot() writes it
    fingerprint = models.CharField(max_length=64, blank=True)  # SHA-256 of the content, also of a draft's
    begun_at = models.DateTimeField("begun")
    begun_by = models.ForeignKey("portal.User", on_delete=models.PROTECT, related_name="+", verbose_name="begun by")
    reason = models.TextField("why it changes", blank=True)
    approved_by = models.CharField("approved by", max_length=160, blank=True)
    # Whoever may shorten a waiting time or lower a level; needed where it is looser than the default.
    prescriber = models.CharField("prescriber", max_length=160, blank=True)
    looser = models.JSONField(default=list, blank=True)  # sentences: what is looser than the default
    published_at = models.DateTimeField("in force from", null=True, blank=True)
    published_by = models.ForeignKey("portal.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = QuestionnaireVersionManager()

    class Meta:
        verbose_name = "questionnaire"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["clinic", "number"], name="questionnaire_number_once"),
            models.UniqueConstraint(
                fields=["clinic"], condition=models.Q(published_at=None), name="questionnaire_one_draft_per_clinic"
            ),
            models.CheckConstraint(
                condition=models.Q(published_at=None)
                | models.Q(published_by__isnull=False)
                & ~models.Q(reason="")
                & ~models.Q(approved_by="")
                & ~models.Q(fingerprint=""),
                name="questionnaire_published_is_approved_with_a_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(published_at=None) | models.Q(looser=[]) | ~models.Q(prescriber=""),
                name="questionnaire_looser_names_a_prescriber",
            ),
        ]

    def __str__(self) -> str:
        return f"Version {self.number}"
