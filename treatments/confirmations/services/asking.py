"""Ask the client before a session, send it again, or close what waits; and when its emails leave."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from clients.links.services import revoke_links
from clients.links.terms import Purpose
from clients.messages.models import Message
from clients.messages.schedule import SendingHours
from clients.messages.services import NewMessage, cancel_messages, schedule_messages, supersede_messages
from clients.messages.terms import State as MessageState
from clients.records.models import Client
from portal.audit.services import record
from treatments.confirmations.emails import BOOKED, REQUEST, emails_of, request_key, request_keys
from treatments.confirmations.models import Confirmation
from treatments.confirmations.rules import is_too_early, leaves_at
from treatments.confirmations.services.refusals import ClientArchived, NoEmail, NotWaiting
from treatments.confirmations.services.standing import newest_of
from treatments.confirmations.terms import State

if TYPE_CHECKING:
    from portal.practice.models import User
    from treatments.sessions.models import Session

LATEST_AFTER = timedelta(hours=1)  # asked at the last moment, the email may still leave until then


@transaction.atomic
def ask_confirmation(
    *,
    session: "Session",
    at: datetime,
    by: "User | None" = None,
    by_email: bool = True,
    at_once: bool = False,
    moved: bool = False,
) -> Confirmation:
    """Ask for this session; what was asked for it before is closed. Raises NotWaiting, ClientArchived.

    Without an address, or without `by_email`, it is there to be handed over. `at_once` waits neither until two days
    before nor for sending hours; `moved`, not until two days before once an email about the old day has left. An email
    that leaves so early that an answer would not count is followed by another, two days before.
    """
    client = Client.objects.held(session.client_id)
    if client.archived_at is not None:
        raise ClientArchived
    if session.state != BOOKED:
        raise NotWaiting
    close_confirmations(session=session, why="The client was asked again.", at=at)
    asked = Confirmation.objects.create(clinic=session.clinic, client=client, session=session, asked_at=at)
    if by_email and client.email:
        _schedule(asked, number=1, at=at, at_once=at_once, knows_another=moved and _has_left(session))
    record(clinic=session.clinic, action="confirmation.asked", subject=asked, at=at, by=by, session=session.pk)
    return asked


@transaction.atomic
def resend_confirmation(*, confirmation: Confirmation, by: "User", at: datetime) -> None:
    """Send the email again, now. Raises NotWaiting, NoEmail, ClientArchived."""
    confirmation = held(confirmation, State.ASKED)
    client = confirmation.client
    if client.archived_at is not None:
        raise ClientArchived
    if not client.email:
        raise NoEmail
    number = supersede_messages(
        messages=emails_of(confirmation),
        client=client,
        purpose=Purpose.CONFIRMATION,
        subject_id=confirmation.pk,
        why="It was sent again.",
        at=at,
    )
    _schedule(confirmation, number=number, at=at, at_once=True)
    record(clinic=client.clinic, action="confirmation.resent", subject=confirmation, at=at, by=by, number=number)


@transaction.atomic
def close_confirmations(*, session: "Session", why: str, at: datetime) -> None:
    """What still waits for the client is closed, with its links and emails; what was answered stays."""
    for waiting in Confirmation.objects.filter(session=session).asked():
        Confirmation.objects.filter(pk=waiting.pk).asked().update(state=State.CLOSED)
        revoke_links(client_id=waiting.client_id, purpose=Purpose.CONFIRMATION, subject_id=waiting.pk, at=at)
        cancel_messages(messages=emails_of(waiting), why=why, at=at)


def held(confirmation: Confirmation, *expected: State) -> Confirmation:
    """The row as it is now, held with its client, of a session that is still booked. Raises NotWaiting."""
    client = Client.objects.held(confirmation.client_id)
    row = (
        Confirmation.objects.select_for_update(of=("self",), no_key=True)
        .select_related("clinic", "session__practitioner__user", "screening")
        .filter(pk=confirmation.pk, state__in=expected)
        .first()
    )
    if row is None or row.session.state != BOOKED:
        raise NotWaiting
    row.client = client
    return row


def _has_left(session: "Session") -> bool:
    """Whether an email about this session left, or is leaving and cannot be withdrawn any more."""
    left = Message.objects.filter(
        client=session.client_id, kind=REQUEST, state__in=[MessageState.SENDING, MessageState.SENT]
    )
    about = {request_keys(one) for one in Confirmation.objects.filter(session=session)}
    return any(key.startswith(tuple(about)) for key in left.values_list("key", flat=True))


def knows_old_day(session: "Session") -> bool:
    """Whether the client was told a day, by email or when they answered, and no email about this session is to come.

    Asked of a session that has just moved, they may come on the day that it was booked for before.
    """
    newest = newest_of(session)
    if newest is None or emails_of(newest).unsent().exists():
        return False
    return newest.answered_at is not None or _has_left(session)


def _schedule(
    confirmation: Confirmation, *, number: int, at: datetime, at_once: bool, knows_another: bool = False
) -> None:
    """Its email. One that leaves too early for an answer to count is followed by another, two days before."""
    session, hours = confirmation.session, SendingHours.of(confirmation.client)
    first = (at, False)
    if not at_once:
        first = leaves_at(session.scheduled_for, at, hours, knows_another=knows_another)
    leaves, day = [first], confirmation.clinic.local_day
    if is_too_early(day(first[0]), day(session.scheduled_for)):
        leaves.append(leaves_at(session.scheduled_for, first[0], hours))
    new = [
        NewMessage(
            client=confirmation.client,
            kind=REQUEST,
            key=request_key(confirmation, nth),
            due_at=due_at,
            send_by=max(session.scheduled_for, due_at + LATEST_AFTER),
            in_hours=in_hours,
        )
        for nth, (due_at, in_hours) in enumerate(leaves, start=number)
    ]
    schedule_messages(new, at=at)
