"""Write down what leaves, so that a worker that is killed repeats one message at most.

That message n has left is committed before the final dot of message n + 1 is said. On PostgreSQL that takes no time:
the statement commits while the body of n + 1 travels to the mail server. States, and the event that tells of them, then
follow for a whole group, in one transaction: an event for each message would hold the clinic's chain, and with it every
other sender of the clinic, during each commit.
"""

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import InterfaceError, OperationalError, connection, transaction
from django_scopes import scope, scopes_disabled

from clients.messages.delivery import statements
from clients.messages.delivery.outcomes import Round
from clients.messages.mime import kept
from clients.messages.models import Message
from clients.messages.models.messages import LEFT
from clients.messages.prepare import Prepared
from clients.messages.schedule import LEASE
from clients.messages.terms import Recipient, State
from portal.audit.services import record

log = logging.getLogger(__name__)

# A database that restarts is waited for: what has left must be written down. In all less than a lease.
PATIENCE = (0.1, 0.4, 1, 2, 4, 8, 8, 8)


@dataclass
class Ready:
    """One message, its email, and when it left."""

    message: Message
    prepared: Prepared
    left_at: datetime | None = None

    def copy(self) -> dict[str, Any]:
        """What is kept of it, and what the provider calls it."""
        known = {"address": self.prepared.address, "provider_id": self.prepared.email.provider_id}
        return known | kept(self.prepared.rendered)


class Ledger:
    """What one group of messages of one clinic has done so far."""

    def __init__(self, this: Round) -> None:
        self.this = this
        self.left: list[Ready] = []
        self._unnoted: Ready | None = None  # the last one that left
        self._pending: statements.Pending | None = None
        self._may_leave = False

    def begin(self, going: Ready) -> None:
        """Note what left last, and mark what leaves next; `may_leave` says how that went."""
        self.settle()
        now = self.this.at()
        if connection.vendor == "postgresql":
            left = (self._unnoted.message.pk, _noted(self._unnoted, now)) if self._unnoted else None
            self._pending = statements.begin(left, _mark_of(self.this, going, now))
            return
        with transaction.atomic():
            self._note()
            self._may_leave = self._mark(going, now)
        self._unnoted = None

    def may_leave(self) -> bool:
        """Whether the next one is still to leave: not withdrawn, not taken by another, its address as it was."""
        self.settle()
        return self._may_leave

    def settle(self) -> None:
        """Wait for the statement that is on its way; nothing else may ask the database before."""
        if self._pending is not None:
            pending, self._pending, self._may_leave = self._pending, None, False
            self._may_leave = pending.done()
            self._unnoted = None

    def went(self, ready: Ready) -> None:
        """The mail server has it."""
        ready.left_at = self.this.at()
        self.left.append(ready)
        self._unnoted = ready

    def record(self) -> int:
        """Record all that left, in one transaction with the event that tells of it; how many."""
        try:
            self.settle()
        except (OperationalError, InterfaceError):
            log.warning("The database was lost while emails left; what left is written down once it answers.")
        if self.left:
            _patiently(self._record)
        return len(self.left)

    @transaction.atomic
    def _record(self) -> None:
        self._note()
        record_sent([(ready.message, ready.left_at or self.this.at()) for ready in self.left], at=self.this.at())

    def _note(self) -> None:
        if self._unnoted is not None:
            taken = Message.objects.filter(pk=self._unnoted.message.pk).exclude(state=State.SENT)
            taken.update(**_noted(self._unnoted, self.this.at()))

    def _mark(self, going: Ready, now: datetime) -> bool:
        mine = Message.objects.filter(pk=going.message.pk, **self.this.mine(State.CLAIMED))
        if going.message.recipient == Recipient.CLIENT:
            mine = mine.filter(client__email=going.prepared.address)
        return mine.update(state=State.SENDING, claimed_until=now + LEASE) == 1


def _noted(ready: Ready, now: datetime) -> dict[str, Any]:
    """What is written down of a message that has left, whoever holds it by now."""
    held = {"state": State.SENDING, "claimed_by": f"{LEFT}{ready.left_at.isoformat() if ready.left_at else ''}"}
    return held | {"claimed_until": now + LEASE} | ready.copy()


def _mark_of(this: Round, going: Ready, now: datetime) -> statements.Mark:
    to_client = going.message.recipient == Recipient.CLIENT
    return statements.Mark(
        going.message.pk, this.holder, going.prepared.address if to_client else None, until=now + LEASE
    )


def record_sent(left: Sequence[tuple[Message, datetime]], *, at: datetime) -> None:
    """These messages of one clinic were sent, each at its time: their states, and one event; in a transaction."""
    ids = statements.set_sent([(message.pk, then) for message, then in left])
    told = [message for message, _then in left if message.pk in ids]
    if told:
        record(
            clinic=told[0].clinic,
            action="messages.sent",
            subject=told[0],
            at=at,
            ids=[message.pk for message in told],
            keys=[message.key for message in told],
            tries=[message.attempts for message in told],
        )


def recover(at: datetime) -> int:
    """Record what had left when its worker died; it is not sent again. How many."""
    with scopes_disabled():  # the post office serves every clinic
        left = list(Message.objects.left().filter(claimed_until__lte=at).select_related("clinic")[:500])
    for clinic in {message.clinic for message in left}:
        own = [(message, _time_of(message)) for message in left if message.clinic_id == clinic.pk]
        with scope(clinic=clinic), transaction.atomic():
            record_sent(own, at=at)
    return len(left)


def _time_of(message: Message) -> datetime:
    return datetime.fromisoformat(message.claimed_by.removeprefix(LEFT))


def _patiently(write: Callable[[], None], pauses: Iterable[float] = PATIENCE) -> None:
    """Try until the database takes it."""
    for pause in pauses:
        try:
            return write()
        except (OperationalError, InterfaceError):
            connection.close()
            time.sleep(pause)
    return write()
