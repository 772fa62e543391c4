"""Take a consent back: at once, everywhere, with nothing erased."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import transaction

from clients.messages.kinds import kinds_for
from clients.messages.models import Message
from clients.messages.services import cancel_messages, schedule_message
from clients.messages.terms import Recipient
from clients.records.models import Client
from portal.audit.services import record
from treatments.consents.emails import WITHDRAWN, withdrawn_key
from treatments.consents.models import Consent
from treatments.consents.services.refusals import NotInForce, ReasonMissing
from treatments.consents.terms import CAN_END, NOT_AGREED, ConsentPurpose, State

if TYPE_CHECKING:
    from portal.practice.models import User

TELL_WITHIN = timedelta(days=7)


@transaction.atomic
def withdraw_consent(*, consent: Consent, reason: str, at: datetime, by: "User | None" = None) -> Consent:
    """The consent ends now; its emails stop, and a treatment is blocked. `by` nobody: the client did it.

    One that was replaced leads to the newer one that is in force. Raises NotInForce, and ReasonMissing for the clinic.
    """
    if by and not reason.strip():
        raise ReasonMissing
    consent = _held(consent)
    consent.state = State.WITHDRAWN
    consent.withdrawn_at, consent.withdrawn_by, consent.withdrawal_reason = at, by, reason.strip()
    consent.save(update_fields=["state", "withdrawn_at", "withdrawn_by", "withdrawal_reason"])
    stop_emails(consent, at=at, by=by)
    facts = {"purpose": consent.purpose}
    record(
        clinic=consent.clinic,
        action="consent.withdrawn",
        subject=consent,
        at=at,
        by=by,
        client_acted=by is None,
        **facts,
    )
    if consent.purpose == ConsentPurpose.TREATMENT and (by is None or by.pk != consent.practitioner.user_id):
        _tell_the_clinic(consent, at)
    return consent


def stop_emails(consent: Consent, *, at: datetime, by: "User | None") -> int:
    """Withdraw the client's scheduled emails of the consent's purpose; how many."""
    kinds = kinds_for(consent.purpose)
    messages = Message.objects.filter(client_id=consent.client_id, kind__in=kinds)
    return cancel_messages(messages=messages, why=NOT_AGREED, at=at, by=by) if kinds else 0


def outdate_layout(client: Client) -> None:
    """A worker lays the client's follow-ups out anew: whether they are wanted has changed. Follow-ups lie above."""
    apps.get_model("treatments", "Layout").objects.filter(client=client).outdate()


def _held(consent: Consent) -> Consent:
    """The consent that ends, as it is now, held until the transaction ends. Raises NotInForce."""
    client = Client.objects.held(consent.client_id)
    rows = (
        Consent.objects.filter(client=client)
        .to(consent.purpose)
        .select_related("clinic", "practitioner")
        .select_for_update(of=("self",), no_key=True)
    )
    row = rows.filter(pk=consent.pk).first()
    if row is not None and row.state == State.REPLACED:
        row = rows.in_force().first()
    if row is None or row.state not in CAN_END:
        raise NotInForce
    row.client = client
    return row


def _tell_the_clinic(consent: Consent, at: datetime) -> None:
    schedule_message(
        client=consent.client,
        kind=WITHDRAWN,
        key=withdrawn_key(consent),
        due_at=at,
        send_by=at + TELL_WITHIN,
        at=at,
        recipient=Recipient.CLINIC,
    )
