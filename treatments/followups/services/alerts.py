"""Raise a red flag, and act on it."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from clients.messages.services import schedule_message
from clients.messages.terms import Recipient
from portal.audit.services import record
from portal.security.refusals import Refused
from treatments.followups.emails import RED_FLAG
from treatments.followups.models import Alert, Reply
from treatments.followups.redflags import ACT_WITHIN
from treatments.followups.terms import Urgency

if TYPE_CHECKING:
    from portal.practice.models import User

# A red flag is worth an email for as long as it waits; the post office asks before it sends.
RED_FLAG_SEND_WITHIN = timedelta(days=7)


class AlreadyActedOn(Refused):
    """Somebody has already acted on this. Open it again to see who, and what was done."""


class NoteNeeded(Refused):
    """Write down what you did; it is kept with the answers."""


@transaction.atomic
def raise_alert(reply: Reply, urgency: Urgency, at: datetime) -> None:
    """A red flag for the team, and the email that tells the clinic."""
    client = reply.followup.client
    message = schedule_message(
        client=client,
        kind=RED_FLAG,
        key=f"reply:{reply.pk}:{RED_FLAG}",
        due_at=at,
        send_by=at + RED_FLAG_SEND_WITHIN,
        at=at,
        recipient=Recipient.CLINIC,
    )
    alert = Alert.objects.create(
        clinic=reply.clinic,
        client=client,
        reply=reply,
        message=message,
        urgency=urgency,
        raised_at=at,
        act_by=at + ACT_WITHIN[urgency],
    )
    record(clinic=reply.clinic, action="alert.raised", subject=alert, at=at, client_acted=True, urgency=urgency)


@transaction.atomic
def acknowledge_alert(*, alert: Alert, note: str, by: "User", at: datetime) -> None:
    """Somebody acted on a red flag, and says what they did. Raises NoteNeeded, AlreadyActedOn."""
    if not note.strip():
        raise NoteNeeded
    waiting = Alert.objects.waiting().filter(pk=alert.pk)
    if waiting.update(acknowledged_at=at, acknowledged_by=by, note=note.strip()) != 1:
        raise AlreadyActedOn
    record(clinic=alert.clinic, action="alert.acted_on", subject=alert, at=at, by=by)
