"""Lay a client's follow-ups out: which steps leave when, and which of them together.

Whatever changes what should leave (a session ends, is moved or undone; a step is skipped or delayed; the clinic's
schedule or hours change) changes facts and then calls lay_out(), which makes the messages as the facts say. What has
begun to leave, or was settled, is never touched.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from clients.messages.models import Message
from clients.messages.schedule import SendingHours
from clients.messages.services import NewMessage, cancel_messages, reschedule_message, schedule_messages
from clients.messages.terms import State
from clients.records.models import Client
from portal.audit.services import record
from portal.security.refusals import Refused
from treatments.care.schedule import CareStep, Slot, due_times
from treatments.care.services import schedule_of, version_in_force
from treatments.followups.emails import FOLLOWUP, followup_key
from treatments.followups.models import Enrolment, Followup
from treatments.followups.schedule import Bundle, Due, together

if TYPE_CHECKING:
    from portal.practice.models import User
    from treatments.sessions.models import Session

TOGETHER = "It leaves together with another email of the same day."


class SessionNotEnded(Refused):
    """Follow-ups start from the end of a session; this one has not ended."""


@transaction.atomic
def schedule_followups(*, session: "Session", at: datetime) -> list[Followup]:
    """Enrol a session that has ended, in the caller's transaction; its follow-ups. Not twice, none without an address.

    Older sessions' emails about results are withdrawn. Raises SessionNotEnded.
    """
    if session.ended_at is None:
        raise SessionNotEnded
    Client.objects.held(session.client_id)
    _enrolment, new = Enrolment.objects.get_or_create(
        session=session,
        defaults={
            "clinic": session.clinic,
            "client": session.client,
            "version": version_in_force(clinic=session.clinic, at=at),
            "anchored_at": session.ended_at,
            "enrolled_at": at,
        },
    )
    if not new:
        return []
    lay_out(client=session.client, at=at)
    followups = list(Followup.objects.filter(session=session).order_by("due_at"))
    record(clinic=session.clinic, action="session.follow_ups_scheduled", subject=session, at=at, number=len(followups))
    return followups


@transaction.atomic
def lay_out(*, client: Client, at: datetime) -> None:
    """Make the client's unsent follow-up messages as the facts say now. Doing it twice changes nothing."""
    client = Client.objects.held(client.pk)
    if not client.email:
        return
    _withdraw_replaced(client, at)
    hours = SendingHours(client.zone, client.clinic.sends_from, client.clinic.sends_until)
    _carry(client, together(_dues(client), hours), at)


@transaction.atomic
def withdraw(*, followups: Iterable[Followup], why: str, at: datetime, by: "User | None" = None) -> None:
    """Take follow-ups off that have not left; a message that carries nothing else is withdrawn with them."""
    pks = [followup.pk for followup in followups]
    taken = Followup.objects.filter(pk__in=pks).standing()
    carriers = set(taken.values_list("message_id", flat=True))
    taken.update(withdrawn_at=at, withdrawn_why=why, withdrawn_by=by)
    still = Followup.objects.standing().filter(message__in=carriers).values_list("message_id", flat=True)
    cancel_messages(messages=Message.objects.filter(pk__in=carriers - set(still)), why=why, at=at, by=by)


def _withdraw_replaced(client: Client, at: datetime) -> None:
    """The newest session's emails about results take the place of older sessions'."""
    newest = client.enrolments.order_by("anchored_at").last()
    if newest is None:
        return
    day = newest.anchored_at.astimezone(client.zone)
    older = Followup.objects.filter(client=client).about_results().standing().unsent()
    older = older.after_sessions_before(newest.anchored_at)
    withdraw(followups=older, why=f"A newer session on {day:%-d %b %Y} replaces it.", at=at)


def _dues(client: Client) -> list[Due]:
    """Every step that is still to leave; those that have no row yet are made, not saved."""
    enrolments = list(client.enrolments.select_related("version", "session").order_by("anchored_at"))
    rows = Followup.objects.filter(enrolment__in=enrolments).select_related("message")
    known = {(row.enrolment_id, row.step): row for row in rows}
    found = []
    for enrolment in enrolments:
        schedule, newest = schedule_of(enrolment.version), enrolment is enrolments[-1]
        hours = client.clinic.sends_from, client.clinic.sends_until
        slots = due_times(schedule, enrolment.anchored_at, client.zone, *hours)
        for step in schedule.steps:
            row = known.get((enrolment.pk, step.key))
            if row is None and (newest or not step.about_results):
                row = _new(enrolment, step)
            if row is not None and row.may_move:
                found.append(_due(row, step, slots[step.key]))
    return found


def _new(enrolment: Enrolment, step: CareStep) -> Followup:
    return Followup(
        clinic_id=enrolment.clinic_id,
        client_id=enrolment.client_id,
        session=enrolment.session,
        enrolment=enrolment,
        step=step.key,
        title=step.title,
        asks=step.asks,
        about_results=step.about_results,
    )


def _due(row: Followup, step: CareStep, slot: Slot) -> Due:
    """When one step is due: as scheduled, or as a person moved it."""
    if row.moved_by_id and row.due_at and row.send_by:
        slot = Slot(row.due_at, row.send_by, row.due_at)
    return Due((row, step), *slot, in_hours=not step.any_hour, rank=step.after_hours)


def _carry(client: Client, bundles: Sequence[Bundle], at: datetime) -> None:
    """One message for each bundle, named after its leading step; what carries nothing any more is withdrawn."""
    keys = [_key(bundle) for bundle in bundles]
    known = {message.key: message for message in Message.objects.filter(client=client, key__in=keys)}
    fresh = [_message(client, bundle) for bundle in bundles if _key(bundle) not in known]
    known |= {message.key: message for message in schedule_messages(fresh, at=at)}
    rows: list[Followup] = []
    for bundle in bundles:
        message = known[_key(bundle)]
        if _differs(message, bundle) and not reschedule_message(message=message, **_times(bundle), at=at):
            continue  # it began to leave just now: what it carries is settled
        rows += _carried(message, bundle)
    Followup.objects.bulk_create([row for row in rows if row.pk is None])
    Followup.objects.bulk_update([row for row in rows if row.pk], ["message", "due_at", "send_by"])
    carrying = Followup.objects.filter(client=client).standing().values("message")
    spare = Message.objects.filter(client=client, kind=FOLLOWUP, reminds=None).unsent().exclude(pk__in=carrying)
    cancel_messages(messages=spare, why=TOGETHER, at=at)


def _key(bundle: Bundle) -> str:
    row, _step = bundle.members[0].what
    return followup_key(row.session_id, row.step)


def _message(client: Client, bundle: Bundle) -> NewMessage:
    return NewMessage(client, FOLLOWUP, _key(bundle), **_times(bundle))


def _times(bundle: Bundle) -> dict[str, Any]:
    return {
        "due_at": bundle.due_at,
        "send_by": bundle.send_by,
        "in_hours": bundle.in_hours,
        "telling": any(step.conditional for _row, step in (one.what for one in bundle.members)),
    }


def _differs(message: Message, bundle: Bundle) -> bool:
    times = _times(bundle)
    return message.state != State.SCHEDULED or {name: getattr(message, name) for name in times} != times


def _carried(message: Message, bundle: Bundle) -> list[Followup]:
    """The steps of a bundle whose row does not yet say when they leave, and in which message."""
    changed = []
    for due in bundle.members:
        row, _step = due.what
        if (row.message_id, row.due_at, row.send_by) != (message.pk, due.due_at, due.send_by):
            row.message, row.due_at, row.send_by = message, due.due_at, due.send_by
            changed.append(row)
    return changed
