"""Who did or saw what: an append-only chain of events, one chain for each clinic."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from portal.audit.terms import in_words
from portal.security.scope import ClinicManager


class AuditEvent(models.Model):
    """One thing that happened. Triggers in the database refuse to change or delete it."""

    clinic = models.ForeignKey("portal.Clinic", on_delete=models.PROTECT, related_name="+")
    sequence = models.PositiveBigIntegerField("number")
    at = models.DateTimeField("when")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name="who"
    )
    actor_kind = models.CharField(max_length=10)  # user, client or system
    action = models.CharField(max_length=60)  # such as "session.completed"
    subject_type = models.CharField(max_length=40)  # such as "session"
    subject_id = models.BigIntegerField()
    facts = models.JSONField(default=dict)  # ids, states and numbers; never names, emails or answers
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    objects: ClassVar[ClinicManager["AuditEvent"]] = ClinicManager()

    class Meta:
        ordering = ["-sequence"]
        constraints = [models.UniqueConstraint(fields=["clinic", "sequence"], name="audit_chain_has_no_forks")]
        indexes = [models.Index(fields=["clinic", "subject_type", "subject_id"], name="audit_by_subject")]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return self.words

    @property
    def words(self) -> str:
        """What happened, as a practitioner would say it."""
        return in_words(self.action, str(self.facts.get("what", "")))


class AuditHead(models.Model):
    """Where a clinic's chain ends, so that events cut off its end are missed. And what its last check found."""

    clinic = models.OneToOneField("portal.Clinic", primary_key=True, on_delete=models.PROTECT, related_name="+")
    sequence = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)
    checked_at = models.DateTimeField(null=True)
    found_whole = models.BooleanField(null=True)

    objects: ClassVar[ClinicManager["AuditHead"]] = ClinicManager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"Up to event {self.sequence}"
