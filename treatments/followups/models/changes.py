"""What clients said came of their treatment, in numbers, so that many can be counted at once."""

from datetime import datetime
from typing import Self

from django.db import models

from clients.records.terms import Goal
from portal.security.scope import ClinicManager
from treatments.followups.terms import HUNDRED, MOST_CHANGE, MOST_SATISFIED

GOALS = [*Goal.values, ""]


class ChangeQuerySet(models.QuerySet["Change"]):
    """What can be asked of changes."""

    def last_words(self, since: datetime | None = None, until: datetime | None = None, step: str = "") -> Self:
        """What each client said last of each goal in a time: one row for a client and a goal, however often asked.

        With a step, the last of what was said to it.
        """
        asked, ends = (self.filter(step=step), "step_superseded_at") if step else (self, "superseded_at")
        last = models.Q((ends, None))
        if until:
            last = models.Q(submitted_at__lt=until) & (last | models.Q((f"{ends}__gte", until)))
        return asked.filter(last, submitted_at__gte=since) if since else asked.filter(last)

    def to_what_was_sent(self, since: datetime | None = None, until: datetime | None = None) -> Self:
        """One row for each email about results that left in a time and was answered since."""
        heard = self.filter(goal="", asked_at__isnull=False)
        heard = heard.filter(asked_at__gte=since) if since else heard
        return heard.filter(asked_at__lt=until) if until else heard

    def of_goal(self, goal: str) -> Self:
        """Those of one goal; "" is all of a client's goals taken together."""
        return self.filter(goal=goal)


ChangeManager = ClinicManager.from_queryset(ChangeQuerySet)


class Change(models.Model):
    """How one goal is, by one reply that counts; and, with no goal, the mean of all that the reply speaks of.

    It says nothing that the reply does not: it can be made anew from the replies at any time.
    """

    clinic = models.ForeignKey("portal.Clinic", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+")
    # followups lies below sessions in the layers: the reference is by name only.
    session = models.ForeignKey("treatments.Session", on_delete=models.PROTECT, related_name="+")
    reply = models.ForeignKey("treatments.Reply", on_delete=models.PROTECT, related_name="changes")
    goal = models.CharField(max_length=20, choices=Goal.choices, blank=True)
    hundredths = models.SmallIntegerField()  # of a step of the scale: 200 is much better, -200 much worse
    satisfaction = models.PositiveSmallIntegerField(null=True, blank=True)  # 0 to 10
    would_repeat = models.BooleanField(null=True, blank=True)
    step = models.CharField(max_length=20, default="", db_default="")  # which email asked, and when it left
    asked_at = models.DateTimeField(null=True, blank=True)
    # What was done in that session, as its record says with what was amended: renew_changes() keeps them so.
    session_number = models.PositiveSmallIntegerField(default=1, db_default=1)
    device = models.ForeignKey("treatments.Device", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    deepest_mm = models.DecimalField(max_digits=3, decimal_places=2, null=True, blank=True)
    zones = models.CharField(max_length=250, blank=True, default="", db_default="")  # in order, with commas between
    submitted_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, blank=True)  # when the client's next word on this goal came
    step_superseded_at = models.DateTimeField(null=True, blank=True)  # when the next to the same step came

    objects = ChangeManager()

    class Meta:
        indexes = [
            models.Index(fields=["clinic", "goal", "submitted_at"], name="change_by_time"),
            models.Index(
                fields=["clinic", "goal", "submitted_at"],
                condition=models.Q(superseded_at=None),
                name="change_last_words_by_time",
            ),
            models.Index(
                fields=["clinic", "step", "goal", "submitted_at"],
                condition=models.Q(step_superseded_at=None),
                name="change_last_words_of_step",
            ),
            # Counted from the index alone.
            models.Index(fields=["clinic", "step", "asked_at"], condition=models.Q(goal=""), name="change_answered"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["reply", "goal"], name="change_once_per_goal"),
            models.UniqueConstraint(
                fields=["client", "goal"], condition=models.Q(superseded_at=None), name="change_one_last_word"
            ),
            models.CheckConstraint(condition=models.Q(goal__in=GOALS), name="change_goal_is_known"),
            models.CheckConstraint(
                condition=models.Q(hundredths__gte=-MOST_CHANGE * HUNDRED, hundredths__lte=MOST_CHANGE * HUNDRED),
                name="change_is_on_the_scale",
            ),
            models.CheckConstraint(
                condition=models.Q(satisfaction=None) | models.Q(satisfaction__lte=MOST_SATISFIED),
                name="change_satisfaction_is_0_to_10",
            ),
            models.CheckConstraint(
                condition=models.Q(superseded_at=None) | models.Q(superseded_at__gte=models.F("submitted_at")),
                name="change_superseded_later",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_goal_display() or 'All goals'}: {self.hundredths / HUNDRED:+.2f}"
