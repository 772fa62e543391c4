"""What is asked after a session, and what came back."""

from datetime import datetime
from typing import Self

from django.db import models

from portal.security.scope import ClinicManager
from portal.security.words import known_words
from treatments.followups.terms import RESULTS, Step, Urgency


class FollowupQuerySet(models.QuerySet["Followup"]):
    """What can be asked of follow-ups."""

    def about_results(self) -> Self:
        """Week 4 and later."""
        return self.filter(step__in=RESULTS)

    def after_sessions_before(self, moment: datetime) -> Self:
        """Those of sessions that ended before."""
        return self.filter(session__ended_at__lt=moment)


FollowupManager = ClinicManager.from_queryset(FollowupQuerySet)


class Followup(models.Model):
    """One step after one session; its message leaves when due."""

    clinic = models.ForeignKey("portal.Clinic", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="followups")
    # followups lies below sessions in the layers: the reference is by name only.
    session = models.ForeignKey("treatments.Session", on_delete=models.PROTECT, related_name="followups")
    step = models.CharField(max_length=12, choices=Step.choices)
    message = models.OneToOneField("clients.Message", on_delete=models.PROTECT, related_name="followup")

    objects = FollowupManager()

    class Meta:
        verbose_name = "follow-up"
        constraints = [
            models.UniqueConstraint(fields=["session", "step"], name="followup_once_per_step"),
            known_words("step", Step, "followup_step_is_known"),
        ]

    def __str__(self) -> str:
        return self.get_step_display()


class ReplyQuerySet(models.QuerySet["Reply"]):
    """What can be asked of replies."""

    def not_clear(self) -> Self:
        """Replies with an answer that needs a person."""
        return self.exclude(urgency=Urgency.NONE)


ReplyManager = ClinicManager.from_queryset(ReplyQuerySet)


class Reply(models.Model):
    """A client's answers to one step. A second submit finds it and adds nothing."""

    clinic = models.ForeignKey("portal.Clinic", on_delete=models.PROTECT, related_name="+")
    followup = models.OneToOneField(Followup, on_delete=models.PROTECT, related_name="reply")
    answers = models.JSONField()
    transcript = models.JSONField(default=list, blank=True)  # pairs of words: what was asked, what was answered
    urgency = models.CharField(max_length=10, choices=Urgency.choices, default=Urgency.NONE)
    red_flags = models.JSONField(default=list, blank=True)  # keys of treatments/followups/redflags.py
    submitted_at = models.DateTimeField("received")

    objects = ReplyManager()

    class Meta:
        verbose_name_plural = "replies"
        ordering = ["-submitted_at", "-id"]
        constraints = [known_words("urgency", Urgency, "reply_urgency_is_known")]

    def __str__(self) -> str:
        return f"Reply of {self.submitted_at:%-d %b %Y}"


class AlertQuerySet(models.QuerySet["Alert"]):
    """What can be asked of alerts."""

    def waiting(self) -> Self:
        """Alerts that nobody has acted on."""
        return self.filter(acknowledged_at=None)


AlertManager = ClinicManager.from_queryset(AlertQuerySet)


class Alert(models.Model):
    """A red-flag reply that somebody must act on by a time."""

    clinic = models.ForeignKey("portal.Clinic", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="red_flags")
    reply = models.OneToOneField(Reply, on_delete=models.PROTECT, related_name="alert")
    # The email that tells the clinic.
    message = models.OneToOneField(
        "clients.Message", null=True, blank=True, on_delete=models.PROTECT, related_name="alert"
    )
    urgency = models.CharField(max_length=10, choices=Urgency.choices)
    raised_at = models.DateTimeField("raised")
    act_by = models.DateTimeField("act by")
    acknowledged_at = models.DateTimeField("acted on", null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        "portal.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    note = models.TextField("what was done", blank=True)

    objects = AlertManager()

    class Meta:
        verbose_name = "red flag"
        ordering = ["-raised_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(acknowledged_at=None, acknowledged_by=None)
                | (models.Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False) & ~models.Q(note="")),
                name="alert_acted_on_has_time_person_and_note",
            ),
            known_words("urgency", Urgency, "alert_urgency_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_urgency_display()}: {self.client}"
