"""One group of messages of one clinic: their facts read at once, each prepared, then handed over one after another."""

import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache

from django.db.models import DateTimeField, F, Value
from django.db.models.functions import Least

from clients.links.services import issue_links
from clients.messages import office, transport
from clients.messages.delivery import outcomes
from clients.messages.delivery.ledger import Ledger, Ready
from clients.messages.delivery.outcomes import Round
from clients.messages.limits import within_limits
from clients.messages.mime import Outgoing
from clients.messages.models import Message
from clients.messages.models.messages import FREE
from clients.messages.prepare import (
    NotPrepared,
    NotRight,
    NotSendable,
    NotYet,
    Prepared,
    address_of,
    prepare_all,
    read_facts,
)
from clients.messages.schedule import pause_after
from clients.messages.terms import State
from clients.messages.wordings import write_wordings
from clients.records.models import Client

# What was read longer ago is read again before anything more leaves. A group is what leaves in half that time: to a
# server 20 ms away some fifty emails, so that what is asked once for a group costs each of them little.
FRESH = timedelta(seconds=2)
NO_TIME = timedelta(0)
MOST = 800
BUSY = "As many emails as may leave in one minute have left; it leaves in one of the next minutes."


@dataclass
class Group:
    """Messages that were begun: those still to prepare, and those that are ready. What is in hand is in neither."""

    this: Round
    ledger: Ledger
    waiting: deque[Message]
    ready: deque[Ready] = field(default_factory=deque)
    read_at: datetime | None = None
    begun: float = 0.0  # when that was, by a clock that nobody sets
    settled: int = 0

    @property
    def fresh(self) -> bool:
        """Whether what was read still holds."""
        return self.holds(self.read_at, FRESH)

    def holds(self, read_at: datetime | None, so_long: timedelta) -> bool:
        """Whether what was read then is no older."""
        # A clock that was set back says nothing.
        return read_at is not None and NO_TIME <= self.this.at() - read_at <= so_long


def send_group(this: Round, messages: list[Message]) -> int:
    """Send these messages of one clinic, or say why not; how many are dealt with.

    Raises ServerDown and Unsure: stop. What had not come into hand by then is as if it had never been begun.
    """
    going = [message for message in messages if message.send_by > this.at()]
    going = _in_their_hours(this, going)
    allowed = _within_limits(this, going)
    group = Group(this, Ledger(this), deque(allowed))
    try:
        while group.waiting and not this.taken_over:
            _prepare(group)
            _hand_over(group)
    finally:
        group.settled += group.ledger.record()
        unsent = [*group.waiting, *(ready.message for ready in group.ready)]
        _unbegin(this, [message for message in unsent if message.pk != this.preparing])
    _tell_sent(this, group)
    return len(messages) - len(allowed) + group.settled


def _in_their_hours(this: Round, messages: list[Message]) -> list[Message]:
    """Those that may leave at this hour; outside its sending hours a message waits for the next opening: no try."""
    now = this.at()
    opening = cache(lambda hours: hours.first_from(now) if hours else now)  # many live in one zone
    for message in messages:
        if opening(message.hours) > now:
            held = Message.objects.filter(pk=message.pk, **this.mine(State.CLAIMED))
            then = min(opening(message.hours), message.send_by)
            held.update(state=State.SCHEDULED, next_try_at=then, attempts=F("attempts") - 1, **FREE)
    return [message for message in messages if opening(message.hours) <= now]


def _within_limits(this: Round, messages: list[Message]) -> list[Message]:
    """Those that may leave in this minute; the others wait for a later one, which is no try."""
    turns = within_limits([address_of(message) for message in messages], this.at())
    for turn in {turn for turn in turns if turn is not None}:
        later = [message.pk for message, its in zip(messages, turns, strict=True) if its == turn]
        held = Message.objects.filter(pk__in=later, **this.mine(State.CLAIMED))
        waits = {"next_try_at": _by_send_by(turn), "attempts": F("attempts") - 1, "why": BUSY}
        held.update(state=State.SCHEDULED, **FREE | waits)
    return [message for message, turn in zip(messages, turns, strict=True) if turn is None]


def _by_send_by(then: datetime) -> Least:
    return Least(Value(then, output_field=DateTimeField()), F("send_by"))


def _unbegin(this: Round, messages: list[Message]) -> None:
    """As if they had not been begun."""
    if messages:
        begun = this.mine(State.CLAIMED, State.SENDING)
        Message.objects.filter(pk__in=[message.pk for message in messages], **begun).give_back(begun=False)


def _prepare(group: Group) -> None:
    """Read for all at once, then prepare each; the links of all are written down together."""
    this = group.this
    group.read_at = read_at = _read_people(group)
    group.begun = time.monotonic()
    messages = list(group.waiting)
    facts = read_facts(messages, read_at)
    found = prepare_all(facts, messages, this.at(), this.prepares)
    this.preparing = None
    group.waiting.clear()
    for message, outcome in zip(messages, found, strict=True):
        if isinstance(outcome, Prepared):
            group.ready.append(Ready(message, outcome))
        else:
            group.settled += _settled(this, message, outcome)
    issue_links([link for ready in group.ready for link in ready.prepared.links])
    if group.ready:
        write_wordings(group.ready[0].message.clinic_id, [ready.prepared.rendered for ready in group.ready])


def _read_people(group: Group) -> datetime:
    """Read again whom they go to, unless that was done just now; since when it is known."""
    this, since = group.this, group.this.people_read_at
    if since is None or group.read_at is not None or not group.holds(since, FRESH / 4):
        since = this.people_read_at = this.at()
        read_people(group.waiting)
    return since


def read_people(messages: Iterable[Message]) -> None:
    """Read whom these messages go to; their clinics are known."""
    whom = Client.objects.filter(pk__among={message.client_id for message in messages})
    people = {client.pk: client for client in whom}
    for message in messages:
        message.client = people[message.client_id]
        message.client.clinic = message.clinic


def _settled(this: Round, message: Message, outcome: NotPrepared) -> bool:
    """What becomes of a message that does not leave; whether that is all."""
    match outcome:
        case NotYet():
            return outcomes.wait(this, message, str(outcome))
        case NotRight():
            return outcomes.settle(this, message, State.SKIPPED, str(outcome))
        case NotSendable():
            return outcomes.settle(this, message, State.FAILED, str(outcome))
        case _:
            return outcomes.broken(this, message, str(outcome.__doc__))


def _hand_over(group: Group) -> None:
    """One after another, while what was read is fresh; what remains is prepared anew."""
    this = group.this
    group.ready = deque(group.ledger.mark(group.ready))
    number = len(group.ready)
    while group.ready and group.fresh and not this.taken_over:
        ready = group.ready.popleft()
        _send(group, ready, then=group.ready[0].prepared.email if group.ready else None)
    gone = number - len(group.ready)
    if gone:
        seconds = (time.monotonic() - group.begun) / gone  # with what it took to prepare them
        this.size = max(1, min(MOST, int(FRESH.total_seconds() / 2 / max(seconds, 0.0001))))
    group.ledger.unmark(group.ready)
    group.waiting.extend(ready.message for ready in group.ready)
    group.ready.clear()


def _send(group: Group, ready: Ready, then: Outgoing | None) -> None:
    """Hand one message over; `then` is what follows it. Raises ServerDown and Unsure."""
    this, ledger, message = group.this, group.ledger, ready.message
    try:
        if transport.send(this.line, ready.prepared.email, ledger.may_leave, then=then):
            ledger.went(ready)
    except transport.ServerDown:
        group.ready.appendleft(ready)  # it was not in hand yet
        raise
    except transport.PutOff as later:
        ledger.settle()
        why = outcomes.SERVER_DOWN if later.closed else outcomes.PUT_OFF
        group.settled += outcomes.put_off(this, message, pause_after(message.attempts), why)
        if later.closed:
            raise transport.ServerDown from later
    except transport.Bounced as refused:
        ledger.settle()
        group.settled += outcomes.bounced(this, message, ready.prepared.address, refused)


def _tell_sent(this: Round, group: Group) -> None:
    now = this.at()
    if group.ledger.left and (this.told_sent_at is None or now - this.told_sent_at >= office.TELL_SENT_EVERY):
        office.note_sent(now)
        this.told_sent_at = now
