"""Ask a client for consent, send it again, close what waits."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from clients.links.services import revoke_links
from clients.links.terms import Purpose
from clients.messages.models import Message
from clients.messages.services import cancel_messages, schedule_message, supersede_messages
from clients.records.models import Client
from portal.audit.services import record
from portal.practice.models import Membership
from portal.practice.terms import Role
from treatments.consents.emails import LINK_LASTS, REQUEST, request_key, request_keys
from treatments.consents.models import Consent, ConsentRequest
from treatments.consents.services.refusals import (
    AlreadyAsked,
    ClientArchived,
    NoEmail,
    NotAPractitioner,
    NothingAsked,
    NothingWaits,
    OnlyWhoTreats,
    PlanNeeded,
)
from treatments.consents.services.texts import document_in_force
from treatments.consents.terms import ConsentPurpose, State

if TYPE_CHECKING:
    from portal.practice.models import User
    from treatments.plans.models import Plan


@transaction.atomic
def ask_consent(
    *,
    client: Client,
    purposes: Sequence[str],
    practitioner: Membership,
    plan: "Plan | None",
    price: str = "",
    by: "User",
    at: datetime,
    by_email: bool = True,
) -> ConsentRequest:
    """Ask for each purpose, by email or (`by_email` false) to be handed over.

    Raises NothingAsked, ClientArchived, NoEmail, NotAPractitioner, PlanNeeded, OnlyWhoTreats, AlreadyAsked.
    """
    client = Client.objects.held(client.pk)
    wanted = [purpose for purpose in ConsentPurpose if purpose in set(purposes)]
    _refuse_unreachable(client, by_email=by_email)
    _refuse_what_must_not_be(client, wanted, practitioner, plan, by)
    request = ConsentRequest.objects.create(
        clinic=client.clinic,
        client=client,
        practitioner=practitioner,
        plan=plan,
        price=price.strip(),
        asked_at=at,
        asked_by=by,
    )
    _ask_each(request, wanted, at)
    names = [str(purpose) for purpose in wanted]
    record(clinic=client.clinic, action="consentrequest.asked", subject=request, at=at, by=by, purposes=names)
    if by_email:
        _schedule(request, number=1, at=at)
    return request


@transaction.atomic
def resend_request(*, request: ConsentRequest, by: "User", at: datetime) -> None:
    """Send the same request again. Raises NothingWaits, NoEmail, ClientArchived.

    Earlier links stay open, unless an earlier email went to an address that is no longer the client's.
    """
    client = Client.objects.held(request.client_id)
    _refuse_unreachable(client, by_email=True)
    if not request.consents.filter(state=State.ASKED).exists():
        raise NothingWaits
    number = supersede_messages(
        messages=invitations(request),
        client=client,
        purpose=Purpose.CONSENT,
        subject_id=request.pk,
        why="It was sent again.",
        at=at,
    )
    record(clinic=client.clinic, action="consentrequest.resent", subject=request, at=at, by=by, number=number)
    _schedule(request, number=number, at=at)


@transaction.atomic
def close_request(*, request: ConsentRequest, by: "User", at: datetime) -> None:
    """Close what the client has not answered. Raises NothingWaits.

    The links of a request that was answered in part stay open: what was signed can still be read and withdrawn.
    """
    client = Client.objects.held(request.client_id)
    waiting = request.consents.filter(state=State.ASKED)
    if not waiting.update(state=State.CLOSED):
        raise NothingWaits
    if not request.consents.exclude(state=State.CLOSED).exists():
        revoke_links(client_id=client.pk, purpose=Purpose.CONSENT, subject_id=request.pk, at=at)
    cancel_messages(messages=invitations(request), why="The request was closed.", at=at)
    record(clinic=client.clinic, action="consentrequest.closed", subject=request, at=at, by=by)


def covers_of(plan: "Plan") -> dict[str, Any]:
    """What a consent to this plan covers, as it is kept with the consent."""
    return {
        "zones": {zone.zone: str(zone.depth_mm) for zone in plan.zones.order_by("pk")},
        "device_kind": str(plan.device_kind),
        "topical_anaesthetic": plan.topical_anaesthetic,
        "sessions": plan.sessions_planned,
        "interval_days": plan.interval_days,
    }


def invitations(request: ConsentRequest) -> Any:
    """Every email that asked for this request."""
    return Message.objects.filter(kind=REQUEST, key__startswith=request_keys(request))


def _refuse_unreachable(client: Client, *, by_email: bool) -> None:
    if client.archived_at:
        raise ClientArchived
    if by_email and not client.email:
        raise NoEmail


def _refuse_what_must_not_be(
    client: Client, wanted: Sequence[str], practitioner: Membership, plan: "Plan | None", by: "User"
) -> None:
    if not wanted:
        raise NothingAsked
    takes = Membership.objects.current().filter(role__in=[Role.OWNER, Role.PRACTITIONER], clinic_id=client.clinic_id)
    if not takes.filter(pk=practitioner.pk).exists():
        raise NotAPractitioner
    if ConsentPurpose.TREATMENT in wanted:
        if plan is None or not plan.is_running or plan.client_id != client.pk or not plan.zones.exists():
            raise PlanNeeded
        if practitioner.user_id != by.pk:
            raise OnlyWhoTreats
    if Consent.objects.filter(client=client, purpose__in=wanted).asked().exists():
        raise AlreadyAsked


def _ask_each(request: ConsentRequest, wanted: Sequence[ConsentPurpose], at: datetime) -> None:
    """One consent to each purpose, in the text that is in force now."""
    covers = covers_of(request.plan) if request.plan else {}
    for purpose in wanted:
        Consent.objects.create(
            clinic=request.clinic,
            client=request.client,
            request=request,
            document=document_in_force(clinic=request.clinic, purpose=purpose, at=at),
            practitioner=request.practitioner,
            purpose=purpose,
            covers=covers if purpose == ConsentPurpose.TREATMENT else {},
        )


def _schedule(request: ConsentRequest, *, number: int, at: datetime) -> None:
    schedule_message(
        client=request.client,
        kind=REQUEST,
        key=request_key(request, number),
        due_at=at,
        send_by=at + LINK_LASTS,
        at=at,
    )
