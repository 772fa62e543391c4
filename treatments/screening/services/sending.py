"""Prepare a form for a client, send it, send it again, withdraw it."""

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction

from clients.links.services import revoke_links
from clients.links.terms import Purpose
from clients.messages.models import Message
from clients.messages.services import cancel_messages, schedule_message, supersede_messages
from clients.records.models import Client
from portal.audit.services import record
from treatments.screening.emails import INVITATION, LINK_LASTS, invitation_key, invitation_keys
from treatments.screening.models import Draft, Screening
from treatments.screening.services.refusals import (
    ClientArchived,
    FormAlreadyOut,
    NoAreas,
    NoEmail,
    NotDeferred,
    NotWaiting,
)
from treatments.screening.services.rows import locked
from treatments.screening.terms import State

if TYPE_CHECKING:
    from portal.practice.models import User


@transaction.atomic
def send_screening(
    *,
    client: Client,
    areas: Collection[str],
    device_kind: str,
    topical_anaesthetic: bool,
    max_depth_mm: Decimal,
    by_email: bool = True,
    by: "User",
    at: datetime,
) -> Screening:
    """A form for what is planned, by email or (`by_email` false) to be handed over.

    Raises NoAreas, NoEmail, ClientArchived, FormAlreadyOut.
    """
    client = Client.objects.held(client.pk)
    _refuse_unreachable(client, by_email=by_email)
    if not areas:
        raise NoAreas
    if Screening.objects.filter(client=client).awaiting_client().exists():
        raise FormAlreadyOut
    screening = Screening.objects.create(
        clinic_id=client.clinic_id,
        client=client,
        areas=sorted(areas),
        device_kind=device_kind,
        topical_anaesthetic=topical_anaesthetic,
        max_depth_mm=max_depth_mm,
        requested_at=at,
        requested_by=by,
    )
    record(clinic=screening.clinic, action="screening.sent", subject=screening, at=at, by=by, client=client.pk)
    if by_email:
        _schedule_invitation(screening, number=1, at=at)
    return screening


@transaction.atomic
def resend_screening(*, screening: Screening, by: "User", at: datetime) -> None:
    """Send the same form again. Raises NotWaiting, NoEmail, ClientArchived.

    Earlier links stay open, unless an earlier email went to an address that is no longer the client's.
    """
    screening = locked(screening, NotWaiting, State.SENT)
    _refuse_unreachable(screening.client)
    number = supersede_messages(
        messages=invitations(screening),
        client=screening.client,
        purpose=Purpose.SCREENING,
        subject_id=screening.pk,
        why="The form was sent again.",
        at=at,
    )
    record(clinic=screening.clinic, action="screening.resent", subject=screening, at=at, by=by, number=number)
    _schedule_invitation(screening, number=number, at=at)


@transaction.atomic
def withdraw_screening(*, screening: Screening, by: "User", at: datetime) -> None:
    """Close the form and its links, drop what was begun, hold back an email that has not left. Raises NotWaiting."""
    screening = locked(screening, NotWaiting, State.SENT)
    screening.state = State.WITHDRAWN
    screening.save(update_fields=["state"])
    Draft.objects.filter(screening=screening).delete()
    revoke_links(client_id=screening.client_id, purpose=Purpose.SCREENING, subject_id=screening.pk, at=at)
    cancel_messages(messages=invitations(screening), why="The form was withdrawn.", at=at)
    record(clinic=screening.clinic, action="screening.withdrawn", subject=screening, at=at, by=by)


@transaction.atomic
def invite_again(*, screening: Screening, by: "User", at: datetime) -> Screening:
    """A new form for the same plan, once a deferred client's day has come; by email if they have an address.

    Raises NotDeferred, and what send_screening raises.
    """
    Client.objects.held(screening.client_id)
    waited = Screening.objects.may_come_back(screening.clinic.local_day(at)).filter(pk=screening.pk).first()
    if waited is None:
        raise NotDeferred
    return send_screening(
        client=waited.client,
        areas=waited.areas,
        device_kind=waited.device_kind,
        topical_anaesthetic=waited.topical_anaesthetic,
        max_depth_mm=waited.max_depth_mm,
        by_email=bool(waited.client.email),
        by=by,
        at=at,
    )


def _refuse_unreachable(client: Client, *, by_email: bool = True) -> None:
    if client.archived_at is not None:
        raise ClientArchived
    if by_email and not client.email:
        raise NoEmail


def _schedule_invitation(screening: Screening, *, number: int, at: datetime) -> None:
    schedule_message(
        client=screening.client,
        kind=INVITATION,
        key=invitation_key(screening, number),
        due_at=at,
        send_by=at + LINK_LASTS,
        at=at,
    )


def invitations(screening: Screening) -> Any:
    """Every email that invited the client to this form."""
    return Message.objects.filter(client_id=screening.client_id, key__startswith=invitation_keys(screening))
