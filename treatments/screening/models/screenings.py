"""One screening: asked, answered, assessed, decided."""

from datetime import date, datetime
from typing import Any, Self

from django.db import models

from clients.links.terms import Channel
from portal.security.scope import ClinicManager
from portal.security.words import known_words
from treatments.products.models import DEPTH_VALIDATORS, depth_within_limits
from treatments.products.terms import DEEP_MM, DeviceKind
from treatments.screening.questionnaire import read_kept
from treatments.screening.rules import Assessment, Level, PlanFacts, Reason, assess
from treatments.screening.terms import Outcome, State

NOT_HEALTH = ("date_of_birth", "signed_name")  # kept with the answers, not asked by a rule


class ScreeningQuerySet(models.QuerySet["Screening"]):
    """What can be asked of screenings."""

    def awaiting_client(self) -> Self:
        """Forms that were sent and not yet filled in."""
        return self.filter(state=State.SENT)

    def to_review(self) -> Self:
        """Those that wait for a decision: filled in, or deferred and a question about it answered since."""
        answered = models.Q(queries__answered_at__gt=models.F("decided_at"))
        return self.filter(models.Q(state=State.SUBMITTED) | models.Q(answered, state=State.DEFERRED)).distinct()

    def may_come_back(self, on: date) -> Self:
        """Deferred until a day that has come, and not invited again since; a withdrawn form does not count."""
        newer = Screening.objects.filter(
            client=models.OuterRef("client"), requested_at__gt=models.OuterRef("requested_at")
        ).exclude(state=State.WITHDRAWN)
        return self.filter(~models.Exists(newer), state=State.DEFERRED, defer_until__lte=on, client__archived_at=None)

    def answered(self) -> Self:
        """Filled in by the client, decided or not, the newest answers first."""
        return self.exclude(submitted_at=None).order_by("-submitted_at", "-id")


ScreeningManager = ClinicManager.from_queryset(ScreeningQuerySet)


class Screening(models.Model):
    """A client's answers, the questionnaire they were asked, what the rules said, what the practitioner decided."""

    clinic = models.ForeignKey("portal.Clinic", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="screenings")
    state = models.CharField(max_length=10, choices=State.choices, default=State.SENT)
    # What is planned decides some rules: a zone on the face, radio frequency, numbing cream.
    areas = models.JSONField("areas to be treated", default=list)  # a list of Zone values
    device_kind = models.CharField("device", max_length=12, choices=DeviceKind.choices, default=DeviceKind.MECHANICAL)
    topical_anaesthetic = models.BooleanField("numbing cream planned", default=False)
    # Decides nothing in the rules; a session may not go deeper than what was judged.
    max_depth_mm = models.DecimalField(
        "greatest needle depth (mm)", max_digits=3, decimal_places=2, default=DEEP_MM, validators=DEPTH_VALIDATORS
    )
    requested_at = models.DateTimeField("sent")
    requested_by = models.ForeignKey("portal.User", on_delete=models.PROTECT, related_name="+", verbose_name="sent by")
    # Frozen at submission: old screenings keep the wording and the rules they were judged by.
    questionnaire = models.JSONField(null=True, blank=True)
    questionnaire_hash = models.CharField(max_length=64, blank=True)
    answers = models.JSONField(null=True, blank=True)
    own_answers = models.JSONField(default=dict, blank=True)  # to questions that are asked of the practitioner
    language = models.CharField("asked in", max_length=5, default="en")
    # What the client read where it was not English: {words of the questionnaire: the same in their language}.
    wording = models.JSONField(default=dict, blank=True)
    channel = models.CharField("filled in", max_length=10, choices=Channel.choices, blank=True)
    submitted_from = models.GenericIPAddressField("from address", null=True, blank=True)
    # The screening whose answers it began with: the client said that something had changed.
    follows = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField("filled in", null=True, blank=True)
    outcome = models.CharField(max_length=16, choices=Outcome.choices, blank=True)
    reasons = models.JSONField(default=list, blank=True)
    notes = models.JSONField(default=list, blank=True)
    defer_until = models.DateField("may go ahead from", null=True, blank=True)
    decided_at = models.DateTimeField("decided", null=True, blank=True)
    decided_by = models.ForeignKey(
        "portal.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name="decided by"
    )
    decision_reason = models.TextField("reason", blank=True)
    valid_until = models.DateField("holds until", null=True, blank=True)

    objects = ScreeningManager()

    class Meta:
        ordering = ["-requested_at", "-id"]
        indexes = [models.Index(fields=["clinic", "state", "requested_at"], name="screening_by_state")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=[State.SENT, State.WITHDRAWN])
                | models.Q(submitted_at__isnull=False, answers__isnull=False) & ~models.Q(outcome=""),
                name="screening_submitted_has_answers_and_outcome",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=[State.ACCEPTED, State.DEFERRED, State.REFUSED])
                | models.Q(decided_at__isnull=False, decided_by__isnull=False),
                name="screening_decision_has_a_time_and_a_person",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=State.ACCEPTED)
                | models.Q(valid_until__isnull=False, outcome__in=[Outcome.SUITABLE, Outcome.REVIEW]),
                name="screening_accepted_only_when_rules_allow",
            ),
            models.UniqueConstraint(
                fields=["client"], condition=models.Q(state=State.SENT), name="screening_one_form_out_per_client"
            ),
            depth_within_limits("screening_depth_within_limits", "max_depth_mm"),
            known_words("channel", Channel, "screening_channel_is_known", or_empty=True),
            known_words("state", State, "screening_state_is_known"),
            known_words("outcome", Outcome, "screening_outcome_is_known", or_empty=True),
            known_words("device_kind", DeviceKind, "screening_device_is_known"),
            models.CheckConstraint(
                condition=models.Q(state=State.DEFERRED, defer_until__isnull=False)
                | models.Q(state=State.SUBMITTED)
                | (~models.Q(state=State.DEFERRED) & models.Q(defer_until=None)),
                name="screening_deferred_until_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"Screening of {self.requested_at:%-d %b %Y}"

    @property
    def plan_facts(self) -> PlanFacts:
        """What was planned when it was sent."""
        return PlanFacts(frozenset(self.areas), self.device_kind, self.topical_anaesthetic)

    @property
    def birth_given(self) -> date | None:
        """The date of birth that the client gave, which may differ from the record."""
        given = (self.answers or {}).get("date_of_birth")
        return date.fromisoformat(given) if given else None

    def local_day(self, at: datetime) -> date:
        """The date on the clinic's wall."""
        return self.clinic.local_day(at)

    def assess(self, *, on: date, plan: PlanFacts | None = None) -> Assessment:
        """What its own frozen rules say on a day, for what it was sent for or for another plan."""
        given: dict[str, Any] = (self.answers or {}) | self.own_answers
        health = {key: answer for key, answer in given.items() if key not in NOT_HEALTH}
        return assess(read_kept(self.questionnaire), health, plan or self.plan_facts, on, self.birth_given)

    def keep(self, assessment: Assessment) -> None:
        """Take over what the rules said; the caller saves."""
        self.outcome = assessment.outcome
        self.defer_until = assessment.defer_until
        self.notes = list(assessment.notes)
        self.reasons = [
            {
                "key": reason.key,
                "level": str(reason.level),
                "until": reason.until.isoformat() if reason.until else None,
                "text": reason.text,
                "source": reason.source,
            }
            for reason in assessment.reasons
        ]

    @property
    def suitable_so_far(self) -> bool:
        """Whether nothing stands against it but the practitioner's own question, which they answer when they accept."""
        asked = (self.questionnaire or {}).get("questions", [])
        own = {question["key"] for question in asked if question.get("asked_of") == "practitioner"}
        waits = [kept["level"] == Level.MISSING and kept["key"] in own for kept in self.reasons]
        return self.state == State.SUBMITTED and bool(waits) and all(waits)

    @property
    def kept_assessment(self) -> Assessment:
        """What keep() took over."""
        return Assessment(Outcome(self.outcome), kept_reasons(self.reasons), tuple(self.notes), self.defer_until)


def kept_reasons(kept: list[dict[str, Any]]) -> tuple[Reason, ...]:
    """What keep() wrote down, as reasons."""
    return tuple(
        Reason(
            one["key"],
            Level(one["level"]),
            date.fromisoformat(one["until"]) if one["until"] else None,
            one["text"],
            one["source"],
        )
        for one in kept
    )
