"""How the post office itself is: whether the mail server answers, what its drains have done, how much may leave."""

from django.db import models


class OfficeState(models.Model):
    """The one row about the way to the mail server. It belongs to no clinic: all send over it."""

    # While it is down nothing is tried, and no message loses a try; from probe_at on one worker looks again.
    down_since = models.DateTimeField(null=True)
    probe_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    last_tick_at = models.DateTimeField(null=True)
    last_sent_at = models.DateTimeField(null=True)
    # The silence alarm: something is due and nothing leaves.
    silent_since = models.DateTimeField(null=True)
    alarm_sent_at = models.DateTimeField(null=True)

    objects = models.Manager["OfficeState"]()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="office_state_is_one_row"),
            models.CheckConstraint(
                condition=models.Q(down_since=None, probe_at=None)
                | models.Q(down_since__isnull=False, probe_at__isnull=False),
                name="office_down_knows_when_to_look_again",
            ),
        ]

    def __str__(self) -> str:
        return "Down" if self.down_since else "Up"


class Allowance(models.Model):
    """How many messages were handed over in one minute, in all ("") or to one domain: what the rate limits count."""

    domain = models.CharField(max_length=253, blank=True)
    minute = models.DateTimeField()
    used = models.PositiveIntegerField(default=0)

    objects = models.Manager["Allowance"]()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["domain", "minute"], name="allowance_once_per_minute")]
        indexes = [models.Index(fields=["minute"], name="allowance_by_minute")]

    def __str__(self) -> str:
        return f"{self.used} at {self.minute:%H:%M}"


class Drain(models.Model):
    """One drain at work: how far it has come with the messages that it sends one after another.

    Of its messages in State.SENDING those whose place is below `gone` have left. A row as small as this is all that is
    written between two emails.
    """

    holder = models.CharField(max_length=80)  # Message.claimed_by
    gone = models.PositiveIntegerField(default=0)
    gone_at = models.DateTimeField()  # when the last of them left

    objects = models.Manager["Drain"]()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["holder"], name="drain_once_per_holder")]

    def __str__(self) -> str:
        return f"{self.gone} gone"
