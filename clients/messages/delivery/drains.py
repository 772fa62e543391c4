"""A drain: one worker claims what is due, batch after batch, and sends it over its own line."""

import logging
import time
from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

from django.conf import settings
from django.db.models import prefetch_related_objects
from django_scopes import scope, scopes_disabled

from clients.messages import limits, office, transport
from clients.messages.delivery.groups import read_people, send_group
from clients.messages.delivery.ledger import noted, recover
from clients.messages.delivery.outcomes import SERVER_DOWN, Clock, Round, past_its_time
from clients.messages.models import Message
from clients.messages.prepare import read_facts
from clients.messages.schedule import LEASE
from portal.practice.models import Clinic

log = logging.getLogger(__name__)

NO_TIME = timedelta(0)
LEAST_SHARE = 20  # a smaller group costs more than it spares those who wait for its end


def drain(*, worker: str, at: Clock, limit: int = 50, lasting: timedelta = NO_TIME, clinic: int | None = None) -> int:
    """Send due messages of all clinics, or of one, over this thread's line; how many it has dealt with.

    In batches of up to `limit`: one, and more while each was full and `lasting` is not over. Of a batch it claims only
    as many at a time as it sends in a second, and no more than its share, so that the others are there for other lines.
    Two drains never hold the same message. A message that keeps sending hours waits for the next opening. Nothing is
    prepared before the mail server answers: while it cannot be reached, what is due stays due, with that as its reason
    and no try counted. A message that is past its time leaves no more, whether the server answers or not.
    """
    holder = f"{worker[:60]}:{uuid4().hex[:16]}"
    this = Round(holder=holder, at=at, line=transport.mail_server(), only={"clinic": clinic} if clinic else {})
    # By a clock that nobody sets.
    until, dealt_with, more = time.monotonic() + lasting.total_seconds(), 0, True
    this.size = max(this.size, this.line.at_once)
    _tidy(this)
    with noted(this):
        while more:
            settled, more = _batch(this, limit)
            dealt_with += settled
            more = more and time.monotonic() < until and not this.taken_over
    this.line.at_once = this.size
    return dealt_with


def _tidy(this: Round) -> None:
    """Free what dead workers held, and mark what is too late to send."""
    at = this.at()
    with scopes_disabled():
        Message.objects.held_from_the_future(at).update(claimed_until=at + LEASE)
    recover(at)
    with scopes_disabled():  # a worker serves every clinic; each message is then handled in the scope of its own
        Message.objects.abandoned(at).give_back()
        over = Message.objects.due(at).filter(send_by__lte=at, **this.only)
        late = list(over.select_related("clinic", "client")[:500])
        down = bool(late) and office.is_down()
    for own in _by_clinic(late):
        with scope(clinic=own[0].clinic):
            facts = read_facts(own, at)
            for message in own:
                message.why = message.why or (SERVER_DOWN if down else "")
                past_its_time(message, facts, at=at)


def _batch(this: Round, limit: int) -> tuple[int, bool]:
    """Claim up to `limit` and send them; how many were dealt with, and whether there may be more to do."""
    dealt_with, more = 0, True
    while more and limit > 0:
        size = _share(this, min(limit, this.size))
        settled, more = _part(this, size)
        dealt_with, limit = dealt_with + settled, limit - size
    return dealt_with, more


def _part(this: Round, size: int) -> tuple[int, bool]:
    """Claim a part of the batch and send it; how many were dealt with, and whether there may be more to do."""
    now = this.at()
    limit = int(min(size, limits.room(now)))
    if limit < 1 or not (this.line.is_open or office.may_open(now)):
        return 0, False
    with scopes_disabled():
        claimed = Message.objects.filter(**this.only).claim(worker=this.holder, at=now, until=now + LEASE, limit=limit)
    if not claimed:
        return 0, False
    settled = 0
    try:
        settled, more = _send_all(this, full=claimed == limit)
        return settled, more
    finally:
        if settled < claimed:  # else nothing is held any more
            with scopes_disabled():
                if this.preparing:  # that did not end well
                    Message.objects.held_by(this.holder).filter(pk=this.preparing).give_back()
                Message.objects.held_by(this.holder).give_back(begun=False)


def _share(this: Round, most: int) -> int:
    """Up to so many: its part of what is due, so that all connections come to the end of that together."""
    lines = settings.MAIL_CONNECTIONS
    if most <= LEAST_SHARE or lines == 1:
        return most
    with scopes_disabled():
        due = Message.objects.due(this.at()).filter(**this.only).order_by("next_try_at", "id")
        number = due[: most * lines].count()
    return min(most, max(-(-number // lines), LEAST_SHARE))


def _send_all(this: Round, *, full: bool) -> tuple[int, bool]:
    settled = 0
    try:
        _reach(this)
        for group in _groups(this, _held(this)):
            with scope(clinic=group[0].clinic):
                settled += send_group(this, group)
    except transport.ServerDown:
        log.warning("The mail server is down; the others wait.")
        office.note_down(this.at())
        with scopes_disabled():
            Message.objects.held_by(this.holder).exclude(why=SERVER_DOWN).update(why=SERVER_DOWN)
            waiting = Message.objects.due(this.at()).filter(**this.only).exclude(why=SERVER_DOWN)
            Message.objects.filter(pk__in=list(waiting.values_list("pk", flat=True)[:500])).update(why=SERVER_DOWN)
        return settled, False
    except transport.Unsure:
        log.warning("The mail server fell silent in the middle of a message; the others wait.")
        return settled, False
    return settled, full


def _held(this: Round) -> list[Message]:
    """What it has claimed, with whom it goes to; each clinic once, however many they are."""
    this.people_read_at = this.at()
    with scopes_disabled():
        messages = list(Message.objects.held_by(this.holder))
        clinics = Clinic.objects.in_bulk({message.clinic_id for message in messages})
        for message in messages:
            message.clinic = clinics[message.clinic_id]
        read_people(messages)
        prefetch_related_objects([message for message in messages if message.member_id], "member__user")
    return messages


def _reach(this: Round) -> None:
    """Reach the server first: while it is down, no try is counted, no link made and no event written."""
    new = not this.line.is_open
    transport.reach(this.line)
    if new:
        office.note_up()


def _groups(this: Round, batch: list[Message]) -> Iterator[list[Message]]:
    """Messages of one clinic that are prepared at once. One begun before goes alone: it may kill its worker."""
    while batch:
        first = batch[0]
        group = [first]
        if first.attempts == 1:
            group = [one for one in batch if one.clinic_id == first.clinic_id and one.attempts == 1][: this.size]
        taken = {message.pk for message in group}
        batch = [message for message in batch if message.pk not in taken]
        yield group


def _by_clinic(messages: list[Message]) -> list[list[Message]]:
    clinics = dict.fromkeys(message.clinic_id for message in messages)
    return [[message for message in messages if message.clinic_id == clinic] for clinic in clinics]
