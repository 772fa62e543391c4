"""Write down what leaves, so that a worker that is killed repeats one message at most.

The messages of a group are marked as leaving, with their copies, in one statement; each has its place. That the one in
place n has left is one number: in the drain's journal before the body of the next is said, and in its small row in the
database up to fifty times a second, which is after each email where the mail server is far away. What the database
answers is heard while the next ones travel. States, and the event that tells of them, then follow for the whole group,
in one transaction: an event for each message would hold the clinic's chain, and with it every other sender of the
clinic, during each commit.
"""

import contextlib
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import InterfaceError, OperationalError, connection, transaction
from django_scopes import scope, scopes_disabled

from clients.messages.delivery import journal, statements
from clients.messages.delivery.outcomes import Round
from clients.messages.delivery.statements import Mark, Noted, Pending
from clients.messages.mime import kept
from clients.messages.models import Drain, Message
from clients.messages.models.messages import FREE
from clients.messages.prepare import Prepared
from clients.messages.schedule import LEASE
from clients.messages.terms import Recipient, State
from portal.audit.services import record

log = logging.getLogger(__name__)

LONG_OVER = timedelta(days=1)
NO_TIME, A_SECOND = timedelta(0), timedelta(seconds=1)
TOLD_EVERY = 0.02  # seconds: should a whole machine be lost, so much is repeated of what it sent
# A database that restarts is waited for: what has left must be written down. In all less than a lease.
PATIENCE = (0.1, 0.4, 1, 2, 4, 8, 8, 8)


@dataclass
class Ready:
    """One message, its email, its place among all that its drain sends, and when it left."""

    message: Message
    prepared: Prepared
    place: int = 0
    left_at: datetime | None = None
    provider_id: str = ""  # as it was written down

    def copy(self) -> dict[str, Any]:
        """What is kept of it, and what the provider calls it, as columns of Message."""
        self.provider_id = self.prepared.email.provider_id
        return {"address": self.prepared.address, "provider_id": self.provider_id} | kept(self.prepared.rendered)

    def mark(self) -> Mark:
        """What is written down before it leaves."""
        only_to = self.prepared.address if self.message.recipient == Recipient.CLIENT else None
        return Mark(self.message.pk, self.place, only_to, self.copy())


class Ledger:
    """What one group of messages of one clinic has done so far."""

    def __init__(self, this: Round) -> None:
        self.this = this
        self.left: list[Ready] = []
        self._pending: Pending | Noted | None = None
        self._heard_at = this.at()  # when the database last said that all this is still ours

    def mark(self, going: Sequence[Ready]) -> list[Ready]:
        """Mark what leaves next, with its copies: those that are neither withdrawn, nor taken, nor readdressed."""
        if not going:
            return []
        self.settle()
        if self.this.places == 0:
            self.this.journal = journal.open_journal(self.this.holder)
        for ready in going:
            self.this.places += 1
            ready.place = self.this.places
        now, marks = self.this.at(), [ready.mark() for ready in going]
        marked = statements.mark_sending(marks, holder=self.this.holder, at=now, until=now + LEASE)
        self._heard_at = now
        return [ready for ready in going if ready.message.pk in marked]

    def unmark(self, waiting: Sequence[Ready]) -> None:
        """They are prepared anew before they leave: until then they may be withdrawn."""
        if waiting:
            self.settle()
            marked = self.this.mine(State.SENDING)
            Message.objects.filter(pk__in=[ready.message.pk for ready in waiting], **marked).update(state=State.CLAIMED)

    def went(self, ready: Ready) -> None:
        """The mail server has it: note that, and now and then begin to tell the database."""
        ready.left_at = self.this.at()
        self.left.append(ready)
        noted, moment = self._noted(ready.place + 1, ready.left_at), time.monotonic()
        if ready.provider_id != (now := ready.prepared.email.provider_id):  # some say it only as they take it
            self.settle()
            Message.objects.filter(pk=ready.message.pk).update(provider_id=now)
        if noted and self.this.told_at is not None and moment - self.this.told_at < TOLD_EVERY:
            return
        self.settle()
        self.this.told_at = moment
        self._pending = statements.note_gone(holder=self.this.holder, gone=ready.place + 1, at=ready.left_at)

    def _noted(self, gone: int, at: datetime) -> bool:
        """Whether it stands in the journal. A journal that takes no more is given up."""
        if self.this.journal is not None:
            try:
                self.this.journal.note(gone, at)
            except OSError:
                log.warning("The file of what has left takes no more: each email waits for the database.")
                self.this.journal.close()  # what it says is still needed until the database knows
                self.this.journal = None
        return self.this.journal is not None

    def may_leave(self) -> bool:
        """Whether the next one may leave: not once another worker has taken over what this one held.

        Whoever was held up for long, by a slow server or by the machine, asks before it says anything more.
        """
        if self.this.journal is not None and self.this.journal.stopped:
            self.this.taken_over = True
        elif not NO_TIME <= self.this.at() - self._heard_at <= A_SECOND:
            self.settle()
            if not Drain.objects.filter(holder=self.this.holder).exists():
                self.this.taken_over = True
        return not self.this.taken_over

    def settle(self) -> None:
        """Wait for the note that is on its way; nothing else may ask the database before."""
        if self._pending is not None:
            pending, self._pending = self._pending, None
            if not pending.done():
                self.this.taken_over = True
            self._heard_at = self.this.at()

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
        times = {ready.message.pk: ready.left_at or self.this.at() for ready in self.left}
        told = statements.set_sent(times, held_by=self.this.holder)
        for ready in self.left:
            if ready.message.pk not in told:  # taken by another worker meanwhile, who must not send it again
                taken = Message.objects.filter(pk=ready.message.pk).exclude(state=State.SENT)
                sent = {"state": State.SENT, "sent_at": times[ready.message.pk], "why": ""}
                if taken.update(**FREE | ready.copy() | sent):
                    told.add(ready.message.pk)
        _tell([ready.message for ready in self.left if ready.message.pk in told], at=self.this.at())


def _tell(sent: Sequence[Message], *, at: datetime) -> None:
    """One event for those of one clinic that were sent together."""
    if sent:
        record(
            clinic=sent[0].clinic,
            action="messages.sent",
            subject=sent[0],
            at=at,
            ids=[message.pk for message in sent],
            keys=[message.key for message in sent],
            tries=[message.attempts for message in sent],
        )


@contextlib.contextmanager
def noted(this: Round) -> Iterator[None]:
    """A drain at work. Once all that left is recorded, neither its row nor its journal has anything more to say.

    When it ends badly, both stay: whoever comes next reads them.
    """
    try:
        yield
        if this.places:
            Drain.objects.filter(holder=this.holder).delete()
        if this.journal is not None:
            this.journal.remove()
    finally:
        if this.journal is not None:
            this.journal.close()


def tell_of_the_dead() -> None:
    """Tell the database what drains had sent whose processes were killed on this machine."""
    for entry in journal.left_by_the_dead():
        behind = Drain.objects.filter(holder=entry.holder, gone__lt=entry.gone)
        behind.update(gone=entry.gone, gone_at=entry.gone_at)


def recover(at: datetime) -> int:
    """Record what had left when its worker died; it is not sent again. How many."""
    tell_of_the_dead()
    with scopes_disabled():  # the post office serves every clinic
        Drain.objects.filter(gone_at__lt=at - LONG_OVER).delete()  # of workers that died with nothing in hand
        over = Message.objects.filter(state=State.SENDING).abandoned(at)
        return sum(_recover(holder, at) for holder in over.values_list("claimed_by", flat=True).distinct())


@transaction.atomic
def _recover(holder: str, at: datetime) -> int:
    """Its row goes: a worker that was not dead but very slow finds out by that, and sends no more."""
    # Before the row: a journal that is gone by then has told its row all.
    entry = journal.stop(holder)
    drain = Drain.objects.select_for_update().filter(holder=holder).first()
    if drain is None:
        return 0
    gone, gone_at = drain.gone, drain.gone_at
    if entry is not None and entry.gone > gone:
        gone, gone_at = entry.gone, entry.gone_at
    sending = Message.objects.filter(state=State.SENDING, claimed_by=holder)
    left = list(sending.filter(place__lt=gone).select_related("clinic").order_by("place"))
    if left:
        statements.set_sent({message.pk: gone_at for message in left}, held_by=holder)
    for clinic in {message.clinic for message in left}:
        with scope(clinic=clinic):
            _tell([message for message in left if message.clinic_id == clinic.pk], at=at)
    drain.delete()
    return len(left)


def _patiently(write: Callable[[], None], pauses: Iterable[float] = PATIENCE) -> None:
    """Try until the database takes it."""
    for pause in pauses:
        try:
            return write()
        except (OperationalError, InterfaceError):
            connection.close()
            time.sleep(pause)
    return write()
