"""Raise a red flag, act on it, and pass it on when nobody does."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django_scopes import scope, scopes_disabled

from clients.messages.services import NewMessage, schedule_messages
from clients.messages.terms import Recipient
from clients.records.models import Client
from portal.audit.services import record
from portal.practice.models import Membership
from portal.practice.terms import Role
from portal.security.refusals import Refused
from treatments.cases.models import Case
from treatments.followups.emails import RED_FLAG
from treatments.followups.emails.redflag import ESCALATED
from treatments.followups.models import Alert, Reply
from treatments.followups.redflags import ACT_WITHIN, CALL_FOR_A_CASE
from treatments.followups.services.holding import resume_results
from treatments.followups.services.reactions import case_after
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
    """A red flag for the team, and the emails that tell the clinic and whoever treated."""
    client, treated = reply.followup.client, reply.followup.session.practitioner
    told: list[Membership | None] = [None]
    if treated.ended_at is None and treated.user.email.casefold() != client.clinic.reply_to.casefold():
        told.append(treated)
    messages = schedule_messages([_calls(RED_FLAG, reply, member, at) for member in told], at=at)
    alert = Alert.objects.create(
        clinic=reply.clinic,
        client=client,
        reply=reply,
        message=messages[0],
        urgency=urgency,
        raised_at=at,
        act_by=at + ACT_WITHIN[urgency],
    )
    record(clinic=reply.clinic, action="alert.raised", subject=alert, at=at, client_acted=True, urgency=urgency)


def _calls(kind: str, reply: Reply, member: Membership | None, at: datetime) -> NewMessage:
    """An email that calls one of the team to a red flag; without a member, the clinic."""
    return NewMessage(
        client=reply.followup.client,
        kind=kind,
        key=f"reply:{reply.pk}:{kind}" + (f":{member.pk}" if member else ""),
        due_at=at,
        send_by=at + RED_FLAG_SEND_WITHIN,
        recipient=Recipient.MEMBER if member else Recipient.CLINIC,
        member=member,
    )


@transaction.atomic
def acknowledge_alert(*, alert: Alert, note: str, by: "User", at: datetime, reached: bool = False) -> Case | None:
    """Somebody acted on a red flag, and says what they did. Raises NoteNeeded, AlreadyActedOn.

    What was urgent goes on as a reaction case, which has its own clock; `reached`: somebody spoke to the client. With
    the client's last red flag, the emails that waited for it are looked at again at once, if no case holds them.
    """
    if not note.strip():
        raise NoteNeeded
    Client.objects.held(alert.client_id)
    if not settle_alert(alert=alert, note=note, by=by, at=at):
        raise AlreadyActedOn
    calls = alert.urgency in CALL_FOR_A_CASE
    case = case_after(alert=alert, note=note, reached=reached, by=by, at=at) if calls else None
    if case and case.alert and reached:  # the session's open case may have come from an earlier one
        settle_alert(alert=case.alert, note=note, by=by, at=at)
    resume_results(client=alert.client_id, at=at)
    return case


@transaction.atomic
def settle_alert(*, alert: Alert, note: str, by: "User", at: datetime) -> bool:
    """It waits no more; False when it did not. Whoever calls holds the client's row."""
    waiting = Alert.objects.waiting().filter(pk=alert.pk)
    if waiting.update(acknowledged_at=at, acknowledged_by=by, note=note.strip()) != 1:
        return False
    record(clinic=alert.clinic, action="alert.acted_on", subject=alert, at=at, by=by)
    return True


def escalate_alerts(*, at: datetime) -> int:
    """Pass on, in every clinic, the red flags on which nobody acted in time; how many. Each is passed on once."""
    with scopes_disabled():  # each alert is then handled in the scope of its own clinic
        overdue = list(Alert.objects.to_escalate(at).select_related("clinic", "reply__followup__client__clinic"))
    passed_on = 0
    for alert in overdue:
        with scope(clinic=alert.clinic):
            passed_on += _escalate(alert, at)
    return passed_on


@transaction.atomic
def _escalate(alert: Alert, at: datetime) -> bool:
    """Tell every owner; False when somebody acted, or told them, a moment ago."""
    if Alert.objects.to_escalate(at).filter(pk=alert.pk).update(escalated_at=at) != 1:
        return False
    owners = Membership.objects.current().filter(role=Role.OWNER)
    schedule_messages([_calls(ESCALATED, alert.reply, owner, at) for owner in owners], at=at)
    record(clinic=alert.clinic, action="alert.escalated", subject=alert, at=at)
    return True
