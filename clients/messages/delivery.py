"""Send what is due. The database is the schedule; a worker only ever holds messages on a lease."""

import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.db import OperationalError, connection
from django.utils import formats, timezone
from django_scopes import scope, scopes_disabled

from clients.messages import transport
from clients.messages.mime import kept
from clients.messages.models import Message
from clients.messages.moves import FREE, move
from clients.messages.prepare import Broken, NotRight, NotSendable, Prepared, prepare, reason_to_skip
from clients.messages.schedule import LEASE, TRIES_TO_PREPARE, next_try, pause_after
from clients.messages.terms import Recipient, State

log = logging.getLogger(__name__)

SERVER_DOWN = "The mail server could not be reached."
PUT_OFF = "The mail server asked us to come back later."
BOUNCED = "The mail server refused this email for good (answer {code}). Check the address, then try again."
TOO_LATE = "It was to leave by {send_by} and could not."
SPREAD = random.SystemRandom()

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Round:
    """One drain: the name it holds messages under, its clock, its one connection."""

    holder: str
    at: Clock
    connection: Any

    def mine(self, *states: State) -> dict[str, Any]:
        """What a message must still look like for this drain to move it on."""
        return {"state__in": states, "claimed_by": self.holder}


def drain(*, worker: str, at: Clock, limit: int = 50) -> int:
    """Send up to `limit` due messages of all clinics over one connection; how many it has dealt with.

    Two drains never hold the same message. A message that keeps sending hours waits for the next opening. Nothing is
    prepared before the mail server answers: while it cannot be reached, what is due stays due, with that as its reason
    and no try counted. A message that is past its time leaves no more, whether the server answers or not.
    """
    this = Round(holder=f"{worker[:60]}:{uuid4().hex[:16]}", at=at, connection=transport.mail_server())
    with scopes_disabled():  # a worker serves every clinic; each message is then handled in the scope of its own
        Message.objects.abandoned(at()).give_back()
        late = list(Message.objects.due(at()).filter(send_by__lte=at()).select_related("clinic", "client")[:500])
    for message in late:
        with scope(clinic=message.clinic):
            _past_its_time(message, at=at())
    with scopes_disabled():
        Message.objects.claim(worker=this.holder, at=at(), until=at() + LEASE, limit=limit)
    try:
        return _send_all(this)
    finally:
        with scopes_disabled():
            Message.objects.held_by(this.holder).give_back()
        transport.hang_up(this.connection)


def _send_all(this: Round) -> int:
    settled = 0
    with scopes_disabled():
        batch = list(Message.objects.held_by(this.holder).select_related("clinic", "client"))
    for message in batch:
        try:
            with scope(clinic=message.clinic):
                settled += _waits_for_opening(this, message) or _try(this, message)
        except transport.ServerDown:
            log.warning("The mail server is down; the others wait.")
            with scopes_disabled():
                Message.objects.held_by(this.holder).exclude(why=SERVER_DOWN).update(why=SERVER_DOWN)
            break
        except transport.Unsure:
            log.warning("message %d: the mail server fell silent; the others wait", message.pk)
            break
    return settled


def _try(this: Round, message: Message) -> bool:
    """Reach the server first: while it is down, no try is counted, no link made and no event written."""
    transport.reach(this.connection)
    return _begin(this, message) and _deliver(this, message)


def _waits_for_opening(this: Round, message: Message) -> bool:
    """Outside its sending hours a message waits for the next opening; that is no try."""
    now = this.at()
    opening = message.hours.first_from(now) if message.hours else now
    if opening <= now:
        return False
    held = Message.objects.filter(pk=message.pk, **this.mine(State.CLAIMED))
    held.update(state=State.SCHEDULED, next_try_at=min(opening, message.send_by), **FREE)
    return True


def _begin(this: Round, message: Message) -> bool:
    """Count the try and set the next one beforehand: a message that kills its worker must not come first again."""
    now = this.at()
    message.attempts += 1
    message.next_try_at = min(now + pause_after(message.attempts), message.send_by)
    mine = Message.objects.filter(pk=message.pk, **this.mine(State.CLAIMED))
    return (
        mine.update(attempts=message.attempts, next_try_at=message.next_try_at, claimed_until=now + LEASE) == 1
        and now < message.send_by
    )


def _deliver(this: Round, message: Message) -> bool:
    """Skip, send, put off or give up one message; whether it is settled. Raises ServerDown and Unsure: stop."""
    message.client.refresh_from_db()  # the batch may have been read a while ago
    try:
        prepared = prepare(message, this.at())
    except NotRight as why:
        return _settle(this, message, State.SKIPPED, str(why))
    except NotSendable as why:
        return _settle(this, message, State.FAILED, str(why))
    except Broken as why:
        return _broken(this, message, str(why.__doc__))
    return _send(this, message, prepared)


def _broken(this: Round, message: Message, why: str) -> bool:
    """Given up after a few times; counted apart, so that a server that puts off many times is no reason for that."""
    message.broken_times += 1
    mine = Message.objects.filter(pk=message.pk, **this.mine(State.CLAIMED))
    mine.update(broken_times=message.broken_times)
    if message.broken_times >= TRIES_TO_PREPARE:
        return _settle(this, message, State.FAILED, why)
    return _put_off(this, message, pause_after(message.broken_times), why)


def _send(this: Round, message: Message, prepared: Prepared) -> bool:
    try:
        if not _leaves(this, message, prepared.address):
            return False
        transport.send(this.connection, prepared.email)
    except transport.PutOff as later:
        why = SERVER_DOWN if later.closed else PUT_OFF
        settled = _put_off(this, message, pause_after(message.attempts), why)
        if later.closed:
            raise transport.ServerDown from later
        return settled
    except transport.Bounced as refused:
        return _settle(this, message, State.FAILED, BOUNCED.format(code=refused.code))
    return _sent(this, message, prepared)


def _leaves(this: Round, message: Message, address: str) -> bool:
    """From claimed to sending; False when it was withdrawn, or when its lease ended and another took it.

    False too when the client's address was corrected since it was prepared: then it is prepared anew.
    """
    mine = Message.objects.filter(pk=message.pk, **this.mine(State.CLAIMED))
    if message.recipient == Recipient.CLIENT:
        mine = mine.filter(client__email=address)
    return mine.update(state=State.SENDING, claimed_until=this.at() + LEASE) == 1


def _sent(this: Round, message: Message, prepared: Prepared) -> bool:
    """Write down that it left, whoever holds it by now. A database connection lost just here is renewed once."""
    now = this.at()
    copy: dict[str, Any] = kept(prepared.rendered)

    def write_down() -> bool:
        return move(
            message,
            to=State.SENT,
            event="sent",
            at=now,
            expected={"state__in": [state for state in State if state != State.SENT]},
            sent_at=now,
            why="",
            address=prepared.address,
            **copy,
        )

    try:
        return write_down()
    except OperationalError:
        connection.close()
        return write_down()


def _settle(this: Round, message: Message, state: State, why: str) -> bool:
    expected = this.mine(State.CLAIMED, State.SENDING)
    return move(message, to=state, event=state.value, at=this.at(), expected=expected, why=why)


def _put_off(this: Round, message: Message, pause: timedelta, why: str) -> bool:
    """Schedule the next try, or mark it late when that would be too late; whether it is settled."""
    now, expected = this.at(), this.mine(State.CLAIMED, State.SENDING)
    message.why = why
    then = next_try(at=now, pause=pause, send_by=message.send_by, chance=SPREAD.random(), hours=message.hours)
    if then is None:
        return _too_late(message, at=now, expected=expected)
    move(message, to=State.SCHEDULED, event="put_off", at=now, expected=expected, next_try_at=then, why=why)
    return False


def _past_its_time(message: Message, *, at: datetime) -> bool:
    """Mark a message whose send_by is over; why it was not right any more, if so, says more than that it is late."""
    waiting = {"state": State.SCHEDULED}
    try:
        why = reason_to_skip(message, at)
    except Broken:
        why = ""
    if why:
        return move(message, to=State.SKIPPED, event="skipped", at=at, expected=waiting, why=why)
    return _too_late(message, at=at, expected=waiting)


def _too_late(message: Message, *, at: datetime, expected: dict[str, Any]) -> bool:
    send_by = timezone.localtime(message.send_by, ZoneInfo(message.clinic.time_zone))
    words = TOO_LATE.format(send_by=formats.date_format(send_by, "j M Y, H:i"))
    return move(message, to=State.LATE, event="late", at=at, expected=expected, why=f"{words} {message.why}".strip())
