"""The verbs of the confirmation before a session: ask, confirm, report a change, close; and whether it counts."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from clients.links.services import revoke_links
from clients.links.terms import Purpose
from clients.messages.models import Message
from clients.messages.schedule import SendingHours
from clients.messages.services import NewMessage, cancel_messages, schedule_messages, supersede_messages
from clients.messages.terms import State as MessageState
from clients.records.models import Client
from clients.records.rules import is_whole_name
from portal.audit.services import record
from portal.security.refusals import Refused
from treatments.confirmations.emails import BOOKED, REQUEST, emails_of, request_key, request_keys
from treatments.confirmations.models import Confirmation
from treatments.confirmations.rules import Facts, fingerprint, is_too_early, leaves_at, why_not
from treatments.confirmations.terms import State
from treatments.screening.models import Draft, Screening
from treatments.screening.services import screening_in_force

if TYPE_CHECKING:
    from portal.practice.models import User
    from treatments.sessions.models import Session

LATEST_AFTER = timedelta(hours=1)  # asked at the last moment, the email may still leave until then
LONGEST_NAME = 120


class NotWaiting(Refused):
    """This confirmation no longer waits for the client: it was answered, or its session is not booked any more."""


class NoEmail(Refused):
    """This client has no email address. Hand the tablet over, or add an address to their record."""


class ClientArchived(Refused):
    """This client is archived. Restore the client first."""


class NothingToConfirm(Refused):
    """There is nothing to confirm: no accepted screening, or a change was reported and its form comes first."""


class AnswersChanged(Refused):
    """The answers have changed since they were shown."""


class NameMissing(Refused):
    """The signature is missing."""


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
    before nor for sending hours; `moved`, not until two days before once an email about the old day has left.
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
    confirmation = _held(confirmation, State.ASKED)
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
def confirm_nothing_changed(
    *,
    confirmation: Confirmation,
    answers_sha256: str,
    signed_name: str,
    channel: str,
    address: str | None,
    at: datetime,
) -> Confirmation:
    """The client signs, once, that the answers they were shown still hold. Said too early, it is asked again in time.

    Raises NotWaiting, NothingToConfirm, AnswersChanged (others were shown), NameMissing.
    """
    confirmation = _held(confirmation, State.ASKED)
    screening = screening_in_force(client=confirmation.client)
    if screening is None or change_waits(confirmation.client):
        raise NothingToConfirm
    if answers_sha256 != shown_sha256(screening):
        raise AnswersChanged
    name = " ".join(signed_name.split())
    if not is_whole_name(name, str(confirmation.client)) or len(name) > LONGEST_NAME:
        raise NameMissing
    confirmation.state, confirmation.screening = State.CONFIRMED, screening
    confirmation.answers_sha256, confirmation.signed_name = answers_sha256, name
    confirmation.channel, confirmation.answered_from, confirmation.answered_at = channel, address or None, at
    confirmation.save()
    cancel_messages(messages=emails_of(confirmation), why="The client had already answered.", at=at)
    record(
        clinic=confirmation.clinic,
        action="confirmation.confirmed",
        subject=confirmation,
        at=at,
        client_acted=True,
        screening=screening.pk,
        answers_sha256=answers_sha256,
        channel=str(channel),
    )
    if _will_be_old(confirmation, at) and confirmation.client.archived_at is None:
        ask_confirmation(session=confirmation.session, at=at)
    return confirmation


@transaction.atomic
def report_change(*, confirmation: Confirmation, channel: str, at: datetime, address: str | None = None) -> Screening:
    """Something has changed: a new form that begins with the last answers. Also after the client had confirmed.

    A form that is out already is taken. Raises NotWaiting, NothingToConfirm.
    """
    confirmation = _held(confirmation, State.ASKED, State.CONFIRMED)
    client, old = confirmation.client, screening_in_force(client=confirmation.client)
    if old is None or client.archived_at is not None:
        raise NothingToConfirm
    if confirmation.state == State.CONFIRMED:  # what was signed stays as it was
        close_confirmations(session=confirmation.session, why="The client had already answered.", at=at)
        confirmation = Confirmation(
            clinic=confirmation.clinic, client=client, session=confirmation.session, asked_at=at
        )
    confirmation.state, confirmation.screening = State.CHANGED, old
    confirmation.channel, confirmation.answered_from, confirmation.answered_at = channel, address or None, at
    confirmation.save()
    cancel_messages(messages=emails_of(confirmation), why="The client had already answered.", at=at)
    new = form_after(client) or _new_form(confirmation, old, at)
    record(
        clinic=confirmation.clinic,
        action="confirmation.changed",
        subject=confirmation,
        at=at,
        client_acted=True,
        screening=new.pk,
        follows=old.pk,
        channel=str(channel),
    )
    return new


@transaction.atomic
def close_confirmations(*, session: "Session", why: str, at: datetime) -> None:
    """What still waits for the client is closed, with its links and emails; what was answered stays."""
    for waiting in Confirmation.objects.filter(session=session).asked():
        Confirmation.objects.filter(pk=waiting.pk).asked().update(state=State.CLOSED)
        revoke_links(client_id=waiting.client_id, purpose=Purpose.CONFIRMATION, subject_id=waiting.pk, at=at)
        cancel_messages(messages=emails_of(waiting), why=why, at=at)


def why_not_confirmed(*, session: "Session", on: date) -> str:
    """Why the client's last answers are not confirmed for this session on that day, and what cures it; else ""."""
    newest = newest_of(session)
    submitted = _last_form(session.client)
    answered = newest.answered_at if newest else None
    day = session.clinic.local_day
    return why_not(
        Facts(
            on=on,
            state=State(newest.state) if newest else None,
            answered_on=day(answered) if answered else None,
            screened_on=day(submitted) if submitted else None,
            change_waits=change_waits(session.client),
        )
    )


def newest_of(session: "Session") -> Confirmation | None:
    """The newest confirmation of a session that was not closed."""
    return Confirmation.objects.filter(session=session).standing().first()


def shown_sha256(screening: Screening) -> str:
    """The hash of the answers as the client is shown them."""
    return fingerprint(screening.answers or {}, screening.questionnaire_hash)


def change_waits(client: Client) -> bool:
    """Whether the client said, before any of their sessions, that something has changed, and sent no form since."""
    reported = Confirmation.objects.filter(client=client, state=State.CHANGED)
    submitted = _last_form(client)
    return (reported.filter(answered_at__gt=submitted) if submitted else reported).exists()


def form_after(client: Client) -> Screening | None:
    """The form that is out, in which the client says what has changed."""
    return Screening.objects.filter(client=client).awaiting_client().first()


def _held(confirmation: Confirmation, *expected: State) -> Confirmation:
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


def _will_be_old(confirmation: Confirmation, at: datetime) -> bool:
    day = confirmation.clinic.local_day
    return is_too_early(day(at), day(confirmation.session.scheduled_for))


def _last_form(client: Client) -> datetime | None:
    newest = Screening.objects.filter(client=client).answered().first()
    return newest.submitted_at if newest else None


def _new_form(confirmation: Confirmation, old: Screening, at: datetime) -> Screening:
    """For what the old one was judged with; whoever treats is the one who asks."""
    new = Screening.objects.create(
        clinic=confirmation.clinic,
        client=confirmation.client,
        areas=old.areas,
        device_kind=old.device_kind,
        topical_anaesthetic=old.topical_anaesthetic,
        max_depth_mm=old.max_depth_mm,
        requested_at=at,
        requested_by=confirmation.session.practitioner.user,
        follows=old,
    )
    Draft.objects.create(
        clinic=confirmation.clinic, screening=new, answers=dict(old.answers or {}), begun_at=at, saved_at=at
    )
    return new


def _has_left(session: "Session") -> bool:
    """Whether an email about this session left, or is leaving and cannot be withdrawn any more."""
    left = Message.objects.filter(
        client=session.client_id, kind=REQUEST, state__in=[MessageState.SENDING, MessageState.SENT]
    )
    about = {request_keys(one) for one in Confirmation.objects.filter(session=session)}
    return any(key.startswith(tuple(about)) for key in left.values_list("key", flat=True))


def _schedule(
    confirmation: Confirmation, *, number: int, at: datetime, at_once: bool, knows_another: bool = False
) -> None:
    session, hours = confirmation.session, SendingHours.of(confirmation.client)
    due_at, in_hours = at, False
    if not at_once:
        due_at, in_hours = leaves_at(session.scheduled_for, at, hours, knows_another=knows_another)
    new = NewMessage(
        client=confirmation.client,
        kind=REQUEST,
        key=request_key(confirmation, number),
        due_at=due_at,
        send_by=max(session.scheduled_for, due_at + LATEST_AFTER),
        in_hours=in_hours,
    )
    schedule_messages([new], at=at)
