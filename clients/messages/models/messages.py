"""Every email, from due to delivered. The database is the schedule."""

from datetime import datetime
from typing import Any, Self

from django.db import connection, models, transaction
from django.db.models.functions import Least
from django.utils import timezone

from clients.messages.schedule import LEASE, PAUSES, SendingHours, pause_after
from clients.messages.terms import Outcome, Recipient, State
from portal.security.rows import QuickRow
from portal.security.scope import ClinicManager
from portal.security.words import known_words

# Nobody holds it; and what was written down of how it was about to leave is no copy of anything that was sent.
FREE: dict[str, Any] = {"claimed_by": "", "claimed_until": None, "place": None}
FREE |= {"address": "", "subject": "", "text": "", "html": "", "wording_id": None, "said": None, "provider_id": ""}


class MessageQuerySet(models.QuerySet["Message"]):
    """What can be asked of the post office."""

    def due(self, at: datetime) -> Self:
        """Scheduled messages whose hour has come and whose pause after a refusal is over."""
        return self.filter(state=State.SCHEDULED, next_try_at__lte=at)

    def unsent(self) -> Self:
        """Messages that may still leave."""
        return self.filter(state__in=[State.SCHEDULED, State.CLAIMED])

    def stuck(self) -> Self:
        """Messages that need a person: failed, or too late to send."""
        return self.filter(state__in=[State.FAILED, State.LATE], seen_at=None)

    def abandoned(self, at: datetime) -> Self:
        """Messages whose worker died: its lease is over."""
        return self.filter(claimed_until__lte=at)

    def work(self, at: datetime) -> Self:
        """Messages that a drain has something to do with now."""
        held = models.Q(claimed_until__lte=at) | models.Q(claimed_until__gt=at + 2 * LEASE)
        return self.filter(models.Q(state=State.SCHEDULED, next_try_at__lte=at) | held)

    def held_from_the_future(self, at: datetime) -> Self:
        """Messages that are held longer than anybody holds them: their worker's clock has been set back since."""
        return self.filter(claimed_until__gt=at + 2 * LEASE)

    def held_by(self, worker: str) -> Self:
        """Messages that a worker has claimed and not yet begun to send, in the order to send them."""
        held = self.filter(state=State.CLAIMED, claimed_by=worker, claimed_until__isnull=False)
        return held.order_by(models.Case(models.When(recipient=Recipient.CLIENT, then=1), default=0), "due_at", "id")

    def in_turn(self, limit: int) -> list[int]:
        """Of due messages the ids of the first: what calls the team, such as a red flag, before a client's emails."""
        due = self.order_by("next_try_at", "id")
        team = list(due.exclude(recipient=Recipient.CLIENT).values_list("pk", flat=True)[:limit])
        clients = due.filter(recipient=Recipient.CLIENT).values_list("pk", flat=True)
        return [*team, *clients[: limit - len(team)]] if len(team) < limit else team

    def claim(self, *, worker: str, at: datetime, until: datetime, limit: int) -> int:
        """Take up to `limit` due messages for one worker, in turn; how many it got. No two workers get one.

        The try is counted and the next one set beforehand: a message that kills its worker must not come first again.
        """
        with transaction.atomic():
            # Elsewhere than on PostgreSQL the state is compared again as it is set, so a row is still taken once.
            skip = connection.features.has_select_for_update_skip_locked
            ids = self.due(at).select_for_update(skip_locked=skip, no_key=True).in_turn(limit)
            return self.filter(pk__among=ids, state=State.SCHEDULED).update(
                state=State.CLAIMED,
                claimed_by=worker,
                claimed_until=until,
                attempts=models.F("attempts") + 1,
                next_try_at=_next_try(at),
            )

    def give_back(self, *, begun: bool = True) -> int:
        """Schedule held messages again. One that was begun has its next try already set, so it blocks no others.

        Not begun: no try is counted, and they are due as before.
        """
        before = {} if begun else {"attempts": models.F("attempts") - 1, "next_try_at": models.F("due_at")}
        with transaction.atomic():
            # Held in one order, so that a worker and somebody who withdraws the same messages never wait in a circle.
            held = list(self.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
            return self.filter(pk__among=held).update(state=State.SCHEDULED, **FREE, **before) if held else 0


def _next_try(at: datetime) -> Least:
    """When a message is looked at again that is now tried once more; never after its send_by."""
    pauses = [
        models.When(attempts=tries, then=models.Value(at + pause_after(tries + 1))) for tries in range(len(PAUSES))
    ]
    then = models.Case(*pauses, default=models.Value(at + PAUSES[-1]), output_field=models.DateTimeField())
    return Least(then, models.F("send_by"))


MessageManager = ClinicManager.from_queryset(MessageQuerySet)


class Message(QuickRow):
    """One email. Rendered only when it leaves; what was sent is kept, with the client's link masked."""

    # Each sending writes its row a few times, and every index again each time: no index where another one serves.
    clinic = models.ForeignKey("portal.Clinic", on_delete=models.PROTECT, related_name="+", db_index=False)
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="messages", db_index=False)
    recipient = models.CharField("to", max_length=10, choices=Recipient.choices, default=Recipient.CLIENT)
    # Who of the team gets it, when it goes to one of them.
    member = models.ForeignKey(
        "portal.Membership", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=40)  # a name registered in clients/messages/kinds.py
    key = models.CharField(max_length=80)  # such as "session:12:week_4"; a second one is refused
    state = models.CharField(max_length=10, choices=State.choices, default=State.SCHEDULED)
    due_at = models.DateTimeField("due")
    send_by = models.DateTimeField("send by")
    in_hours = models.BooleanField(default=False)  # leaves only within the clinic's sending hours
    next_try_at = models.DateTimeField()  # due_at at first, later after a refusal
    attempts = models.PositiveSmallIntegerField("tries", default=0)
    broken_times = models.PositiveSmallIntegerField(default=0)  # how often its wording could not be prepared
    claimed_by = models.CharField(max_length=80, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    place = models.PositiveIntegerField(null=True, blank=True)  # among all that its drain sends
    message_id = models.CharField(max_length=120)
    sent_at = models.DateTimeField("sent", null=True, blank=True)
    why = models.TextField("reason", blank=True)
    address = models.EmailField("sent to", max_length=254, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    # The copy: the shared wording with what this one said in its fields, and only the names of its files in `text`;
    # of a kind that has no such wording, text and html themselves. clients/messages/wordings.py reads both.
    wording = models.ForeignKey(
        "clients.Wording", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    said = models.JSONField(null=True, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(null=True, blank=True)  # a person took note that it could not be sent
    telling = models.BooleanField(default=False)  # that it is there at all tells of the client's health
    personal_line = models.CharField(max_length=500, blank=True)  # a practitioner's own words, shown at the top
    # What the mail provider told us afterwards; "" = nothing, which is all that most mail servers ever say.
    provider_id = models.CharField(max_length=120, blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True)
    outcome_at = models.DateTimeField(null=True, blank=True)

    gathered: Any = None  # what its kind has read for a whole batch, while it is on its way

    objects = MessageManager()

    class Meta:
        ordering = ["-due_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["clinic", "key"], name="message_once_per_key"),
            models.CheckConstraint(
                condition=models.Q(send_by__gt=models.F("due_at")), name="message_send_by_after_due"
            ),
            models.CheckConstraint(
                condition=models.Q(state=State.SENT, sent_at__isnull=False)
                | (~models.Q(state=State.SENT) & models.Q(sent_at=None)),
                name="message_sent_exactly_when_it_has_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[State.CLAIMED, State.SENDING], claimed_until__isnull=False)
                | (~models.Q(state__in=[State.CLAIMED, State.SENDING]) & models.Q(claimed_until=None)),
                name="message_held_exactly_when_it_has_a_lease",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=[State.SKIPPED, State.LATE, State.FAILED, State.CANCELLED])
                | ~models.Q(why=""),
                name="message_not_sent_has_a_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=State.values), name="message_state_is_one_of_the_known_words"
            ),
            models.CheckConstraint(
                condition=models.Q(recipient__in=[Recipient.CLIENT, Recipient.CLINIC], member=None)
                | models.Q(recipient=Recipient.MEMBER, member__isnull=False),
                name="message_goes_to_the_client_the_clinic_or_a_member",
            ),
            models.CheckConstraint(
                condition=models.Q(wording=None, said=None) | models.Q(wording__isnull=False, said__isnull=False),
                name="message_said_exactly_what_its_wording_asks",
            ),
            known_words("outcome", Outcome, "message_outcome_is_known", or_empty=True),
            models.CheckConstraint(
                condition=models.Q(outcome="") | models.Q(sent_at__isnull=False, outcome_at__isnull=False),
                name="message_outcome_only_of_what_was_sent",
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at", "id"], condition=models.Q(state=State.SCHEDULED), name="message_due"),
            models.Index(
                fields=["next_try_at", "id"],
                condition=models.Q(state=State.SCHEDULED) & ~models.Q(recipient=Recipient.CLIENT),
                name="message_due_to_the_team",
            ),
            # Not by state: SQLite uses a partial index only for a condition as plain as this one.
            models.Index(
                fields=["claimed_until"], condition=models.Q(claimed_until__isnull=False), name="message_held"
            ),
            models.Index(fields=["client", "due_at"], name="message_by_client"),
            models.Index(fields=["clinic", "due_at"], name="message_by_clinic"),
            models.Index(
                fields=["clinic", "due_at"],
                condition=models.Q(state__in=[State.FAILED, State.LATE], seen_at=None),
                name="message_needs_a_person",
            ),
            models.Index(fields=["member"], condition=models.Q(member__isnull=False), name="message_by_member"),
            models.Index(fields=["provider_id"], condition=~models.Q(provider_id=""), name="message_by_provider_id"),
        ]

    def __str__(self) -> str:
        return f"Message of {self.due_at:%-d %b %Y}"

    @property
    def hours(self) -> SendingHours | None:
        """The clinic's sending hours as they are now, local to the client; None for one that leaves at any hour."""
        return SendingHours.of(self.client) if self.in_hours else None
