"""What is asked after a session, and what came back."""

from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.db import models

from clients.messages.terms import State as MessageState
from portal.security.scope import ClinicManager
from portal.security.words import known_words
from treatments.care.models import CareVersion
from treatments.care.terms import Asks
from treatments.cases.models import Case
from treatments.consents.terms import NOT_AGREED, TURNED_OFF
from treatments.followups.models.alerts import Alert
from treatments.followups.models.changes import Change
from treatments.followups.models.layouts import Layout
from treatments.followups.questions import Question, questions_of
from treatments.followups.terms import Urgency

__all__ = ["LATEST", "Alert", "Change", "Enrolment", "Followup", "Layout", "Reply", "ReplyDraft"]

NOT_WANTED = (TURNED_OFF, NOT_AGREED)
LATEST = timedelta(days=61)  # the care schedule lets no step leave more than sixty days after it was due


class FollowupQuerySet(models.QuerySet["Followup"]):
    """What can be asked of follow-ups."""

    def about_results(self) -> Self:
        """Week 4 and later."""
        return self.filter(about_results=True)

    def standing(self) -> Self:
        """Those that were not withdrawn."""
        return self.filter(withdrawn_at=None)

    def unsent(self) -> Self:
        """Those whose message may still leave."""
        return self.filter(message__state__in=[MessageState.SCHEDULED, MessageState.CLAIMED])

    def not_wanted(self) -> Self:
        """Those that stand, and whose message was withdrawn because the client wanted no such emails."""
        return self.standing().filter(message__state=MessageState.CANCELLED, message__why__in=NOT_WANTED)

    def silent_since(self, moment: datetime) -> Self:
        """Those that asked, since then, and that nobody answered, was reminded of or was to call about.

        An answer to a later step of the same session is one too.
        """
        sent = self.standing().exclude(asks=Asks.NOTHING).filter(message__state=MessageState.SENT)
        heard = Reply.objects.filter(followup__session=models.OuterRef("session"))
        later = models.Q(followup__due_at__gte=models.OuterRef("due_at")) | models.Q(followup=models.OuterRef("pk"))
        # The day it was due bounds the search: messages are found by it, and none leaves more than that much later.
        since = models.Q(message__sent_at__gt=moment, message__due_at__gt=moment - LATEST)
        unasked = sent.filter(since, reminder=None, chase_from=None, chased_at=None)
        return unasked.exclude(models.Exists(heard.filter(later)))

    def asked_between(self, since: datetime | None = None, until: datetime | None = None) -> Self:
        """Those that left in a time and asked for answers; None leaves an end open."""
        asked = self.exclude(asks=Asks.NOTHING).filter(message__state=MessageState.SENT)
        asked = asked.filter(message__sent_at__gte=since) if since else asked
        return asked.filter(message__sent_at__lt=until) if until else asked

    def to_chase(self) -> Self:
        """Those whose silence a person is to call about, now or later, and that nobody has called about."""
        return self.filter(chase_from__isnull=False, chased_at=None)

    def to_call(self, at: datetime) -> Self:
        """Those whose silence a person is to call about by now; an open red flag or case asks for the call itself."""
        flagged = Alert.objects.waiting().filter(client=models.OuterRef("client"))
        in_case = Case.objects.open().filter(client=models.OuterRef("client"))
        due = self.standing().to_chase().filter(chase_from__lte=at)
        return due.exclude(models.Exists(flagged)).exclude(models.Exists(in_case))

    def after_sessions_before(self, moment: datetime) -> Self:
        """Those of sessions that ended before."""
        return self.filter(session__ended_at__lt=moment)


FollowupManager = ClinicManager.from_queryset(FollowupQuerySet)


class Enrolment(models.Model):
    """One session's course of follow-ups: the version it began with, and the moment that all its steps count from."""

    clinic = models.ForeignKey("portal.Clinic", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="enrolments")
    # followups lies below sessions in the layers: the reference is by name only.
    session = models.OneToOneField("treatments.Session", on_delete=models.PROTECT, related_name="enrolment")
    version = models.ForeignKey(CareVersion, on_delete=models.PROTECT, related_name="+")
    anchored_at = models.DateTimeField()  # the actual end of the session
    enrolled_at = models.DateTimeField()

    objects: ClassVar[ClinicManager["Enrolment"]] = ClinicManager()

    class Meta:
        verbose_name = "course of follow-ups"
        verbose_name_plural = "courses of follow-ups"
        ordering = ["-anchored_at", "-id"]
        indexes = [models.Index(fields=["clinic", "version"], name="enrolment_by_version")]

    def __str__(self) -> str:
        return f"Follow-ups from {self.anchored_at:%-d %b %Y}"


class Followup(models.Model):
    """One step after one session. Several due to one client on one day leave in one message."""

    clinic = models.ForeignKey("portal.Clinic", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="followups")
    # followups lies below sessions in the layers: the reference is by name only.
    session = models.ForeignKey("treatments.Session", on_delete=models.PROTECT, related_name="followups")
    enrolment = models.ForeignKey(Enrolment, null=True, blank=True, on_delete=models.PROTECT, related_name="followups")
    step = models.CharField(max_length=20)  # a key of the care schedule, such as "week_4"
    title = models.CharField(max_length=60, blank=True)  # the step's name, for the team
    asks = models.CharField(max_length=12, choices=Asks.choices, default=Asks.NOTHING)
    about_results = models.BooleanField(default=False)  # a newer session replaces it, and it waits for a red flag
    # Its own time, also while it shares a message; a practitioner's delay moves both.
    due_at = models.DateTimeField(null=True)
    send_by = models.DateTimeField(null=True)
    moved_by = models.ForeignKey("portal.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    message = models.ForeignKey("clients.Message", on_delete=models.PROTECT, related_name="followups")
    # It leaves no more, although its message may: skipped by a person, replaced, or its session undone.
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey("portal.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_why = models.CharField(max_length=200, blank=True)
    # Nobody answered: one reminder, then a to-do for a person.
    reminder = models.OneToOneField(
        "clients.Message", null=True, blank=True, on_delete=models.PROTECT, related_name="reminds"
    )
    chase_from = models.DateTimeField(null=True, blank=True)  # when silence becomes a to-do; null = never
    chased_at = models.DateTimeField(null=True, blank=True)
    chased_by = models.ForeignKey("portal.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    chased_note = models.TextField("what was done", blank=True)

    objects = FollowupManager()

    class Meta:
        verbose_name = "follow-up"
        constraints = [
            models.UniqueConstraint(fields=["session", "step"], name="followup_once_per_step"),
            models.CheckConstraint(condition=~models.Q(step=""), name="followup_has_a_step"),
            known_words("asks", Asks, "followup_asks_is_known"),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at=None, withdrawn_why="")
                | models.Q(withdrawn_at__isnull=False) & ~models.Q(withdrawn_why=""),
                name="followup_withdrawn_has_a_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(chased_at=None, chased_by=None)
                | (models.Q(chased_at__isnull=False, chased_by__isnull=False) & ~models.Q(chased_note="")),
                name="followup_chased_has_time_person_and_note",
            ),
        ]
        indexes = [
            models.Index(fields=["clinic", "client", "due_at"], name="followup_by_client"),
            models.Index(
                fields=["clinic", "chase_from"],
                condition=models.Q(chase_from__isnull=False, chased_at=None),
                name="followup_to_chase",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def questions(self) -> tuple[Question, ...]:
        """What it asks, with the goals of the plan that its session belongs to."""
        return questions_of(self.asks, self.session.plan.goals)

    @property
    def may_move(self) -> bool:
        """Whether it is still to leave, and not in the middle of leaving."""
        return self.pk is None or (self.withdrawn_at is None and self.message.state == MessageState.SCHEDULED)

    @property
    def was_not_wanted(self) -> bool:
        """Whether it stands, and its message was withdrawn because the client wanted no such emails."""
        cancelled = self.message.state == MessageState.CANCELLED and self.message.why in NOT_WANTED
        return self.withdrawn_at is None and cancelled


class ReplyQuerySet(models.QuerySet["Reply"]):
    """What can be asked of replies."""

    def counted(self) -> Self:
        """The first of each step: what was added later counts no more."""
        return self.filter(number=1)

    def to_what_was_sent(self, since: datetime) -> models.QuerySet["Reply", tuple[str, datetime, datetime | None]]:
        """The first answers to what left since then: the step, when they came, and when the email left."""
        sent = self.counted().filter(followup__message__sent_at__gte=since).order_by()
        return sent.values_list("followup__step", "submitted_at", "followup__message__sent_at")

    def not_clear(self) -> Self:
        """Replies with an answer that needs a person."""
        return self.exclude(urgency=Urgency.NONE)


ReplyManager = ClinicManager.from_queryset(ReplyQuerySet)


class Reply(models.Model):
    """A client's answers to one step. The first counts; what the client adds later has the next number."""

    clinic = models.ForeignKey("portal.Clinic", on_delete=models.PROTECT, related_name="+")
    followup = models.ForeignKey(Followup, on_delete=models.PROTECT, related_name="replies")
    number = models.PositiveSmallIntegerField(default=1)  # 1 counts; 2 and later were added
    answers = models.JSONField()
    transcript = models.JSONField(default=list, blank=True)  # pairs of words: what was asked, what was answered
    urgency = models.CharField(max_length=10, choices=Urgency.choices, default=Urgency.NONE)
    red_flags = models.JSONField(default=list, blank=True)  # keys of treatments/followups/redflags.py
    submitted_at = models.DateTimeField("received")

    objects = ReplyManager()

    class Meta:
        verbose_name_plural = "replies"
        ordering = ["-submitted_at", "-id"]
        constraints = [
            known_words("urgency", Urgency, "reply_urgency_is_known"),
            models.UniqueConstraint(fields=["followup", "number"], name="reply_number_once"),
        ]

    def __str__(self) -> str:
        return f"Reply of {self.submitted_at:%-d %b %Y}"


class ReplyDraft(models.Model):
    """Answers that were begun and not sent: a closed phone loses nothing."""

    clinic = models.ForeignKey("portal.Clinic", on_delete=models.PROTECT, related_name="+")
    followup = models.OneToOneField(Followup, on_delete=models.PROTECT, related_name="draft")
    answers = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    objects: ClassVar[ClinicManager["ReplyDraft"]] = ClinicManager()

    def __str__(self) -> str:
        return f"Draft of {self.saved_at:%-d %b %Y}"
