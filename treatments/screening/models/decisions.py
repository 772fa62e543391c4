"""What the practitioner decided, each time, with the letters that came; and what they asked the client."""

from typing import ClassVar, Self

from django.db import models

from portal.security.scope import ClinicManager
from portal.security.uploads import stored_name, validate_document
from portal.security.words import known_words
from treatments.products.models import depth_within_limits
from treatments.products.terms import DeviceKind
from treatments.screening.models.screenings import Screening, kept_reasons
from treatments.screening.rules import Assessment
from treatments.screening.terms import DecisionKind, Outcome


class DecisionQuerySet(models.QuerySet["Decision"]):
    """What can be asked of decisions."""

    def accepting(self) -> Self:
        """Those that let the client be treated, with conditions or without."""
        return self.filter(kind__in=[DecisionKind.ACCEPTED, DecisionKind.WITH_CONDITIONS])

    def overrides(self) -> Self:
        """Accepted although the rules asked for a review."""
        return self.accepting().filter(outcome=Outcome.REVIEW)


DecisionManager = ClinicManager.from_queryset(DecisionQuerySet)


class Decision(models.Model):
    """One decision about one screening. Never changed: a second thought is a second row."""

    clinic = models.ForeignKey("portal.Clinic", on_delete=models.PROTECT, related_name="+")
    screening = models.ForeignKey(Screening, on_delete=models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=16, choices=DecisionKind.choices)
    # What it was decided on: the plan, what the rules said that day, what the practitioner answered.
    areas = models.JSONField(default=list)
    device_kind = models.CharField("device", max_length=12, choices=DeviceKind.choices)
    topical_anaesthetic = models.BooleanField("numbing cream planned")
    max_depth_mm = models.DecimalField("greatest needle depth (mm)", max_digits=3, decimal_places=2)
    outcome = models.CharField(max_length=16, choices=Outcome.choices)
    reasons = models.JSONField(default=list, blank=True)
    own_answers = models.JSONField(default=dict, blank=True)
    reason = models.TextField(blank=True)
    conditions = models.JSONField(default=list, blank=True)  # a list of Condition values
    conditions_note = models.TextField("conditions in words", blank=True)
    until = models.DateField("wait until", null=True, blank=True)
    decided_at = models.DateTimeField("decided")
    decided_by = models.ForeignKey("portal.User", on_delete=models.PROTECT, related_name="+", verbose_name="decided by")

    objects = DecisionManager()

    class Meta:
        ordering = ["-decided_at", "-id"]
        indexes = [models.Index(fields=["clinic", "decided_at"], name="decision_by_day")]
        constraints = [
            known_words("kind", DecisionKind, "decision_kind_is_known"),
            known_words("outcome", Outcome, "decision_outcome_is_known"),
            known_words("device_kind", DeviceKind, "decision_device_is_known"),
            depth_within_limits("decision_depth_within_limits", "max_depth_mm"),
            models.CheckConstraint(
                condition=~models.Q(kind__in=[DecisionKind.ACCEPTED, DecisionKind.WITH_CONDITIONS])
                | models.Q(outcome=Outcome.SUITABLE)
                | models.Q(outcome=Outcome.REVIEW) & ~models.Q(reason=""),
                name="decision_accepting_a_review_has_a_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(kind=DecisionKind.DEFERRED, until__isnull=False)
                | ~models.Q(kind=DecisionKind.DEFERRED) & models.Q(until=None),
                name="decision_deferred_until_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} on {self.decided_at:%-d %b %Y}"

    @property
    def kept_assessment(self) -> Assessment:
        """What the rules said when it was taken."""
        return Assessment(Outcome(self.outcome), kept_reasons(self.reasons), (), None)


class Letter(models.Model):
    """A prescriber's or doctor's letter that a decision rests on."""

    clinic = models.ForeignKey("portal.Clinic", on_delete=models.PROTECT, related_name="+")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="letters")
    file = models.FileField(upload_to=stored_name, validators=[validate_document])
    sha256 = models.CharField(max_length=64)

    objects: ClassVar[ClinicManager["Letter"]] = ClinicManager()

    def __str__(self) -> str:
        return "Letter"


class QueryQuerySet(models.QuerySet["Query"]):
    """What can be asked of questions back to the client."""

    def unanswered(self) -> Self:
        """Those that wait for the client."""
        return self.filter(answered_at=None)


QueryManager = ClinicManager.from_queryset(QueryQuerySet)


class Query(models.Model):
    """One question that the practitioner asks the client about a form that was filled in, and the answer."""

    clinic = models.ForeignKey("portal.Clinic", on_delete=models.PROTECT, related_name="+")
    screening = models.ForeignKey(Screening, on_delete=models.PROTECT, related_name="queries")
    words = models.TextField("your question", max_length=1000)
    asked_at = models.DateTimeField("asked")
    asked_by = models.ForeignKey("portal.User", on_delete=models.PROTECT, related_name="+", verbose_name="asked by")
    answer = models.TextField(blank=True, max_length=4000)
    answered_at = models.DateTimeField("answered", null=True, blank=True)

    objects = QueryManager()

    class Meta:
        verbose_name = "question to the client"
        verbose_name_plural = "questions to the client"
        ordering = ["asked_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["screening"], condition=models.Q(answered_at=None), name="query_one_open_per_screening"
            ),
            models.CheckConstraint(
                condition=models.Q(answered_at=None, answer="")
                | models.Q(answered_at__isnull=False) & ~models.Q(answer=""),
                name="query_answered_has_an_answer",
            ),
        ]

    def __str__(self) -> str:
        return f"Asked on {self.asked_at:%-d %b %Y}"
