"""A client turns the emails of one purpose off, or on again, by the link in each of them."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from clients.messages.kinds import kinds_for
from clients.messages.models import Message
from clients.messages.services import cancel_messages
from clients.records.models import Client
from portal.audit.services import record
from treatments.consents.models import Consent
from treatments.consents.services.holding import consent_in_force, why_no_email
from treatments.consents.services.withdrawing import outdate_layout, withdraw_consent
from treatments.consents.terms import CAN_END, TURNED_OFF, ConsentPurpose


@dataclass(frozen=True)
class EmailsStand:
    """Whether emails of a purpose may reach a client, and whether the client can change that by the link alone."""

    on: bool
    turns_on: bool  # a consent that was withdrawn or refused needs a new signature


def how_emails_stand(*, client: Client, purpose: str) -> EmailsStand:
    """How it stands. Care goes to everybody who has not said no, marketing to nobody who has not agreed."""
    said_no = bool(why_no_email(client=client, purpose=purpose))
    if purpose == ConsentPurpose.FOLLOW_UP_EMAILS:
        return EmailsStand(on=client.gets_follow_ups and not said_no, turns_on=not said_no)
    agreed = consent_in_force(client=client, purpose=purpose) is not None
    return EmailsStand(on=agreed and not said_no, turns_on=False)


@transaction.atomic
def turn_emails_off(*, client: Client, purpose: str, at: datetime) -> bool:
    """No more emails of this purpose: what is scheduled is withdrawn. False when that was so already.

    A consent to them is withdrawn, as on its own page; who signed none is marked as wanting none.
    """
    client = Client.objects.held(client.pk)
    consents = Consent.objects.filter(client=client).to(purpose)
    agreed = consents.answered().filter(state__in=CAN_END).first()
    if agreed is not None:
        withdraw_consent(consent=agreed, reason="", at=at)
    elif purpose == ConsentPurpose.FOLLOW_UP_EMAILS and client.gets_follow_ups:
        _switch(client, on=False)
        _cancel(client, purpose, at)
    else:
        return False
    _record(client, "client.emails_off", purpose, at)
    return True


@transaction.atomic
def turn_emails_on(*, client: Client, purpose: str, at: datetime) -> bool:
    """The emails of this purpose again; a worker brings back those that were withdrawn and are not too late.

    False when they were on, or when the client took a consent back: then only a new signature brings them back.
    """
    client = Client.objects.held(client.pk)
    stands = how_emails_stand(client=client, purpose=purpose)
    if stands.on or not stands.turns_on:
        return False
    _switch(client, on=True)
    _record(client, "client.emails_on", purpose, at)
    return True


def _switch(client: Client, *, on: bool) -> None:
    client.gets_follow_ups = on
    client.save(update_fields=["gets_follow_ups"])


def _cancel(client: Client, purpose: str, at: datetime) -> None:
    messages = Message.objects.filter(client=client, kind__in=kinds_for(purpose))
    cancel_messages(messages=messages, why=TURNED_OFF, at=at)
    outdate_layout(client)  # also for who turns them on again before a worker has looked


def _record(client: Client, action: str, purpose: str, at: datetime) -> None:
    record(clinic=client.clinic, action=action, subject=client, at=at, client_acted=True, purpose=purpose)
