"""The verbs of follow-ups: schedule the steps after a session, take a reply, act on a red flag."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db import transaction

from clients.messages.models import Message
from clients.messages.services import NewMessage, cancel_messages, schedule_message, schedule_messages
from clients.messages.terms import Recipient
from clients.records.models import Client
from portal.audit.services import record
from portal.security.refusals import Refused
from treatments.followups.emails import FOLLOWUP, RED_FLAG, followup_key
from treatments.followups.models import Alert, Followup, Reply
from treatments.followups.questions import QUESTIONS, Answers, transcript
from treatments.followups.redflags import ACT_WITHIN, assess_reply
from treatments.followups.schedule import due_times
from treatments.followups.terms import Step, Urgency

if TYPE_CHECKING:
    from portal.practice.models import User
    from treatments.sessions.models import Session

# A red flag is worth an email for as long as it waits; the post office asks before it sends.
RED_FLAG_SEND_WITHIN = timedelta(days=7)


class SessionNotEnded(Refused):
    """Follow-ups start from the end of a session; this one has not ended."""


class NothingAsked(Refused):
    """This email asks for no answers."""


class AlreadyAnswered(Refused):
    """These questions were answered already; the first answers count."""


class AlreadyActedOn(Refused):
    """Somebody has already acted on this. Open it again to see who, and what was done."""


class NoteNeeded(Refused):
    """Write down what you did; it is kept with the answers."""


@transaction.atomic
def schedule_followups(*, session: "Session", at: datetime) -> list[Followup]:
    """One follow-up and message for each step, in the caller's transaction; none twice, none without an email address.

    Older sessions' emails about results are withdrawn. Raises SessionNotEnded, MessageAlreadyScheduled.
    """
    if session.ended_at is None:
        raise SessionNotEnded
    _withdraw_older(session, session.ended_at, at)
    if not session.client.email or Followup.objects.filter(session=session).exists():
        return []
    clinic = session.clinic
    slots = due_times(session.ended_at, ZoneInfo(clinic.time_zone), clinic.sends_from, clinic.sends_until)
    new = [
        NewMessage(
            session.client,
            FOLLOWUP,
            followup_key(session, step),
            slot.due_at,
            slot.send_by,
            in_hours=step != Step.AFTERCARE,  # how to look after the skin cannot wait for the morning
        )
        for step, slot in slots.items()
    ]
    messages = schedule_messages(new, at=at)
    followups = Followup.objects.bulk_create(
        Followup(clinic=clinic, client=session.client, session=session, step=step, message=message)
        for step, message in zip(slots, messages, strict=True)
    )
    record(clinic=clinic, action="session.follow_ups_scheduled", subject=session, at=at, number=len(followups))
    return followups


def _withdraw_older(session: "Session", ended_at: datetime, at: datetime) -> None:
    older = Followup.objects.filter(client=session.client).about_results().after_sessions_before(ended_at)
    day = ended_at.astimezone(ZoneInfo(session.clinic.time_zone))
    cancel_messages(
        messages=Message.objects.filter(followup__in=older),
        why=f"A newer session on {day:%-d %b %Y} replaces it.",
        at=at,
    )


@transaction.atomic
def submit_reply(*, followup: Followup, answers: Answers, at: datetime) -> Reply:
    """Keep a client's answers, once; raise a red flag if they need a person. Raises AlreadyAnswered, NothingAsked."""
    Client.objects.held(followup.client_id)
    held = Followup.objects.select_for_update(of=("self",), no_key=True).select_related("clinic", "client")
    followup = held.get(pk=followup.pk)
    if not QUESTIONS[followup.step]:
        raise NothingAsked
    if Reply.objects.filter(followup=followup).exists():
        raise AlreadyAnswered
    urgency, flags = assess_reply(followup.step, answers)
    reply = Reply.objects.create(
        clinic=followup.clinic,
        followup=followup,
        answers=answers,
        transcript=transcript(followup.step, answers),
        urgency=urgency,
        red_flags=[flag.key for flag in flags],
        submitted_at=at,
    )
    record(
        clinic=followup.clinic, action="reply.received", subject=reply, at=at, client_acted=True, followup=followup.pk
    )
    if urgency in ACT_WITHIN:
        _raise_alert(reply, urgency, at)
    return reply


def _raise_alert(reply: Reply, urgency: Urgency, at: datetime) -> None:
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
