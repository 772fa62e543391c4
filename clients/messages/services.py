"""The post office's verbs: schedule, withdraw, try again, take note. `drain` sends what is due."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.db import IntegrityError, transaction

from clients.links.services import revoke_links
from clients.links.terms import Purpose
from clients.messages.delivery import drain, tell_of_the_dead
from clients.messages.kinds import kind_named, latest_of
from clients.messages.models import Message, MessageQuerySet
from clients.messages.moves import move
from clients.messages.prepare import Broken, reason_to_skip
from clients.messages.schedule import AGAIN_FOR
from clients.messages.terms import Recipient, State
from portal.audit.services import record
from portal.security.refusals import Refused

if TYPE_CHECKING:
    from clients.records.models import Client
    from portal.practice.models import Membership, User

__all__ = [
    "MessageAlreadyScheduled",
    "MessageBroken",
    "MessageNotStuck",
    "MessageNotWanted",
    "NewMessage",
    "TooLate",
    "cancel_messages",
    "drain",
    "look_again",
    "note_seen",
    "reschedule_message",
    "retry_message",
    "schedule_message",
    "schedule_messages",
    "supersede_messages",
    "tell_of_the_dead",
]


class MessageAlreadyScheduled(Refused):
    """This message is already on its way; it is never sent twice."""


class MessageBroken(Refused):
    """This email cannot be prepared: something in its wording is broken. Tell whoever looks after the portal."""


class MessageNotStuck(Refused):
    """This message needs nothing any more: somebody else has dealt with it, or it has left. Open it again to see."""


class MessageNotWanted(Refused):
    """This message is not right any more, so it stays unsent."""


class TooLate(Refused):
    """It is too late for this email: the days that it belongs to are over. Call the client instead."""


@dataclass(frozen=True)
class NewMessage:
    """One message to schedule. `key` names it within its clinic, such as "session:12:week_4"."""

    client: "Client"
    kind: str
    key: str
    due_at: datetime
    send_by: datetime
    recipient: Recipient = Recipient.CLIENT
    member: "Membership | None" = None  # with Recipient.MEMBER: which of the team
    in_hours: bool = False  # leaves only within the clinic's sending hours
    telling: bool = False  # that it is there at all tells of the client's health


def schedule_message(
    *,
    client: "Client",
    kind: str,
    key: str,
    due_at: datetime,
    send_by: datetime,
    at: datetime,
    **more: Any,
) -> Message:
    """Schedule one message; `more` as NewMessage has it. Raises UnknownKind, MessageAlreadyScheduled."""
    new = NewMessage(client=client, kind=kind, key=key, due_at=due_at, send_by=send_by, **more)
    return schedule_messages([new], at=at)[0]


@transaction.atomic
def schedule_messages(new: Iterable[NewMessage], *, at: datetime) -> list[Message]:
    """Schedule them all, or none. All are of one clinic, and one event names them.

    Raises UnknownKind, MessageAlreadyScheduled, and ValueError for a send_by that is not after due_at.
    """
    messages = [_message(one, at) for one in new]
    try:
        with transaction.atomic():
            Message.objects.bulk_create(messages)
    except IntegrityError as taken:
        raise MessageAlreadyScheduled from taken
    if messages:
        record(
            clinic=messages[0].clinic,
            action="messages.scheduled",
            subject=messages[0],
            at=at,
            ids=[message.pk for message in messages],
            keys=[message.key for message in messages],
        )
    return messages


def _message(new: NewMessage, at: datetime) -> Message:
    if new.send_by <= new.due_at:
        raise ValueError(f"{new.key}: send_by must be after due_at")
    return Message(
        clinic=new.client.clinic,
        client=new.client,
        recipient=new.recipient,
        member=new.member,
        kind=kind_named(new.kind).name,
        key=new.key,
        due_at=new.due_at,
        send_by=new.send_by,
        in_hours=new.in_hours,
        telling=new.telling,
        next_try_at=new.due_at,
        created_at=at,
        # Made once: however often it is tried, a receiver can tell that it is the same message.
        message_id=f"<{uuid4()}@{urlsplit(settings.BASE_URL).hostname}>",
    )


def reschedule_message(
    *,
    message: Message,
    due_at: datetime,
    send_by: datetime,
    in_hours: bool,
    telling: bool,
    at: datetime,
    by: "User | None" = None,
) -> bool:
    """Give a message that has not begun to leave, or was withdrawn, another time. False when it is leaving or left."""
    return move(
        message,
        to=State.SCHEDULED,
        event="rescheduled",
        at=at,
        by=by,
        expected={"state__in": [State.SCHEDULED, State.CANCELLED]},
        due_at=due_at,
        send_by=send_by,
        next_try_at=due_at,
        in_hours=in_hours,
        telling=telling,
        why="",
    )


def look_again(*, messages: MessageQuerySet, at: datetime) -> int:
    """What these waited for has happened: those whose hour has come are due again at once; how many."""
    waiting = messages.filter(state=State.SCHEDULED, due_at__lte=at, next_try_at__gt=at)
    return waiting.update(next_try_at=at)


@transaction.atomic
def cancel_messages(*, messages: MessageQuerySet, why: str, at: datetime, by: "User | None" = None) -> int:
    """Withdraw those that have not begun to leave; how many. `why` is a sentence for the practitioner."""
    # All rows are held before the first event, which holds the clinic: a worker takes them in that order too.
    unsent = messages.unsent().select_related("clinic").order_by("pk").select_for_update(of=("self",), no_key=True)
    return sum(
        move(
            message,
            to=State.CANCELLED,
            event="cancelled",
            at=at,
            by=by,
            why=why,
            expected={"state__in": [State.SCHEDULED, State.CLAIMED]},
        )
        for message in unsent
    )


@transaction.atomic
def supersede_messages(
    *, messages: MessageQuerySet, client: "Client", purpose: Purpose, subject_id: int, why: str, at: datetime
) -> int:
    """Withdraw the emails about one thing that is sent again; the number of the email to come.

    Links that have left stay open, unless one went to an address that is no longer the client's.
    """
    cancel_messages(messages=messages, why=why, at=at)
    for message in messages.filter(state=State.SKIPPED):  # which could be sent after all
        move(message, to=State.CANCELLED, event="cancelled", at=at, why=why, expected={"state": State.SKIPPED})
    if messages.exclude(address="").exclude(address__iexact=client.email).exists():
        revoke_links(client_id=client.pk, purpose=purpose, subject_id=subject_id, at=at)
    return messages.count() + 1


def retry_message(*, message: Message, by: "User", at: datetime) -> None:
    """Schedule a stuck message again, if it is still right: now, or at the next opening when it keeps sending hours.

    So is one that was not right when it was to leave, and is now, while it is in time. Raises MessageNotStuck,
    MessageNotWanted, MessageBroken, TooLate.
    """
    skipped = message.state == State.SKIPPED
    try:
        reason = reason_to_skip(message, at)
    except Broken:
        raise MessageBroken from None
    if reason:
        raise MessageNotWanted(reason)
    leaves = message.hours.first_from(at) if message.hours else at
    send_by, latest = max(message.send_by, leaves + AGAIN_FOR), latest_of(message)
    latest = message.send_by if skipped else latest
    if latest is not None and leaves >= latest:
        raise TooLate
    moved = move(
        message,
        to=State.SCHEDULED,
        event="retried",
        at=at,
        by=by,
        expected={"state__in": [State.SKIPPED] if skipped else [State.FAILED, State.LATE]},
        why="",
        attempts=0,
        broken_times=0,
        next_try_at=leaves,
        send_by=min(send_by, latest) if latest else send_by,
        seen_at=None,
    )
    if not moved:
        raise MessageNotStuck


@transaction.atomic
def note_seen(*, message: Message, by: "User", at: datetime) -> None:
    """Take a stuck message off the list of what needs a person. Raises MessageNotStuck."""
    if Message.objects.stuck().filter(pk=message.pk).update(seen_at=at) != 1:
        raise MessageNotStuck
    record(clinic=message.clinic, action="message.noted", subject=message, at=at, by=by)
