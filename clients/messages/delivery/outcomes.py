"""What becomes of a message that does not leave now: skipped, put off, given up, late."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import formats, timezone

from clients.messages.delivery.journal import Journal
from clients.messages.models import Message
from clients.messages.moves import move
from clients.messages.prepare import Broken, Facts, reason_to_skip
from clients.messages.schedule import TRIES_TO_PREPARE, WAIT, next_try, pause_after
from clients.messages.stops import stop_address
from clients.messages.terms import Recipient, State, SuppressedBecause
from clients.messages.transport import Bounced, Line

SERVER_DOWN = "The mail server could not be reached."
PUT_OFF = "The mail server asked us to come back later."
BOUNCED = "The mail server refused this email for good (answer {code}). Check the address, then try again."
TOO_LATE = "It was to leave by {send_by} and could not."
SPREAD = random.SystemRandom()
FIRST_GROUP = 10

Clock = Callable[[], datetime]


@dataclass
class Round:
    """One drain: the name it holds messages under, its clock, its line, how many it prepares at once."""

    holder: str
    at: Clock
    line: Line
    size: int = FIRST_GROUP
    told_sent_at: datetime | None = None
    people_read_at: datetime | None = None  # when the messages, and whom they go to, were read
    only: dict[str, Any] = field(default_factory=dict)  # which messages; all of them when it is empty
    places: int = 0  # that it has given to messages, from 1
    journal: Journal | None = None  # how many have left; None before the first, and where no file can be written
    told_at: float | None = None  # when it last told the database how many, by a clock that nobody sets
    preparing: int | None = None  # the id of the message that it prepares
    taken_over: bool = False  # by another worker, to whom this one seemed dead

    def prepares(self, message: Message) -> None:
        """It prepares this one now: should that kill it, this one is to blame."""
        self.preparing = message.pk

    def mine(self, *states: State) -> dict[str, Any]:
        """What a message must still look like for this drain to move it on."""
        return {"state__in": states, "claimed_by": self.holder}


def settle(this: Round, message: Message, state: State, why: str) -> bool:
    """It ends in this state; False when somebody was quicker."""
    expected = this.mine(State.CLAIMED, State.SENDING)
    return move(message, to=state, event=state.value, at=this.at(), expected=expected, why=why)


def wait(this: Round, message: Message, why: str) -> bool:
    """Asked again later; waiting is no try."""
    message.attempts -= 1
    Message.objects.filter(pk=message.pk, **this.mine(State.CLAIMED)).update(attempts=message.attempts)
    return put_off(this, message, WAIT, why)


def broken(this: Round, message: Message, why: str) -> bool:
    """Given up after a few times; counted apart, so that a server that puts off many times is no reason for that."""
    message.broken_times += 1
    mine = Message.objects.filter(pk=message.pk, **this.mine(State.CLAIMED))
    mine.update(broken_times=message.broken_times)
    if message.broken_times >= TRIES_TO_PREPARE:
        return settle(this, message, State.FAILED, why)
    return put_off(this, message, pause_after(message.broken_times), why)


@transaction.atomic
def bounced(this: Round, message: Message, address: str, refused: Bounced) -> bool:
    """It failed; and nothing more goes to a client's address that does not exist."""
    settled = settle(this, message, State.FAILED, BOUNCED.format(code=refused.code))
    if settled and refused.gone and message.recipient == Recipient.CLIENT:
        because = SuppressedBecause.BOUNCED
        stop_address(clinic=message.clinic, address=address, because=because, message=message, at=this.at())
    return settled


def put_off(this: Round, message: Message, pause: timedelta, why: str) -> bool:
    """Schedule the next try, or mark it late when that would be too late; whether it is settled."""
    now, expected = this.at(), this.mine(State.CLAIMED, State.SENDING)
    message.why = why
    then = next_try(at=now, pause=pause, send_by=message.send_by, chance=SPREAD.random(), hours=message.hours)
    if then is None:
        return too_late(message, at=now, expected=expected)
    move(message, to=State.SCHEDULED, event="put_off", at=now, expected=expected, next_try_at=then, why=why)
    return False


def past_its_time(message: Message, facts: Facts, *, at: datetime) -> bool:
    """Mark a message whose send_by is over; why it was not right any more, if so, says more than that it is late."""
    waiting = {"state": State.SCHEDULED}
    try:
        why = reason_to_skip(message, at, facts)
    except Broken:
        why = ""
    if why:
        return move(message, to=State.SKIPPED, event="skipped", at=at, expected=waiting, why=why)
    return too_late(message, at=at, expected=waiting)


def too_late(message: Message, *, at: datetime, expected: dict[str, Any]) -> bool:
    """It is late, and says by when it was to leave and what held it up."""
    send_by = timezone.localtime(message.send_by, ZoneInfo(message.clinic.time_zone))
    words = TOO_LATE.format(send_by=formats.date_format(send_by, "j M Y, H:i"))
    return move(message, to=State.LATE, event="late", at=at, expected=expected, why=f"{words} {message.why}".strip())
