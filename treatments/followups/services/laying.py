"""Lay a client's follow-ups out: which steps leave when, and which of them together.

Whatever changes what should leave (a session ends, is moved or undone; a step is skipped or delayed; a course moves to
another schedule) changes facts and then calls lay_out(), which makes the messages as the facts say. What has begun to
leave, or was settled, is never touched. Sending hours change below: a worker finds who is laid out for others.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from clients.messages.models import Message, MessageQuerySet
from clients.messages.schedule import SendingHours
from clients.messages.services import NewMessage, cancel_messages, reschedule_message, schedule_messages
from clients.messages.terms import State
from clients.records.models import Client
from portal.audit.services import record
from portal.security.refusals import Refused
from treatments.care.services import version_in_force
from treatments.followups.emails import AGAIN, FOLLOWUP, followup_key
from treatments.followups.models import Enrolment, Followup, Layout
from treatments.followups.schedule import Bundle, together
from treatments.followups.services.changes import renew_changes
from treatments.followups.services.chosen import keep_chosen_days
from treatments.followups.services.courses import LEFT_OUT, REPLACED, UNDONE, Course, courses_of, dues

if TYPE_CHECKING:
    from portal.practice.models import User
    from treatments.sessions.models import Session

CARRIED = ["message", "due_at", "send_by", "withdrawn_at", "withdrawn_why", "withdrawn_by"]
TOGETHER = "It leaves together with another email of the same day."


class SessionNotEnded(Refused):
    """Follow-ups start from the end of a session; this one has not ended."""


@transaction.atomic
def schedule_followups(*, session: "Session", at: datetime) -> list[Followup]:
    """Enrol a session that has ended, in the caller's transaction; its follow-ups. Not twice, none without an address.

    Older sessions' emails about results are withdrawn. A session that was reopened and is completed again goes on with
    the course that it began: what has left is not sent again, the rest counts from its end now. Raises SessionNotEnded.
    """
    if session.ended_at is None:
        raise SessionNotEnded
    Client.objects.held(session.client_id)
    renew_changes(session)
    enrolment, new = Enrolment.objects.get_or_create(
        session=session,
        defaults={
            "clinic": session.clinic,
            "client": session.client,
            "version": version_in_force(clinic=session.clinic, at=at),
            "anchored_at": session.ended_at,
            "enrolled_at": at,
        },
    )
    undone = Followup.objects.filter(enrolment=enrolment, withdrawn_why=UNDONE)
    if not new and enrolment.anchored_at == session.ended_at and not undone.exists():
        return []
    Enrolment.objects.filter(pk=enrolment.pk).update(anchored_at=session.ended_at)
    lay_out(client=session.client, at=at)
    followups = list(Followup.objects.filter(session=session).order_by("due_at"))
    record(clinic=session.clinic, action="session.follow_ups_scheduled", subject=session, at=at, number=len(followups))
    return followups


@transaction.atomic
def lay_out(*, client: Client, at: datetime, by: "User | None" = None) -> None:
    """Make the client's unsent follow-up messages as the facts say now. Doing it twice changes nothing."""
    client = Client.objects.held(client.pk)
    hours = SendingHours.of(client)
    if not client.email:
        Layout.objects.note(client, hours, whole=False)
        return
    _hold_messages([client.pk])
    if not Layout.objects.still(client, hours).exists():
        keep_chosen_days(client, hours, at)
        Layout.objects.note(client, hours, whole=not _some_leave(client))
    courses = courses_of([client])[client.pk]
    _follow_schedules(courses, at)
    _withdraw_replaced(client, at)
    _carry(client, together(dues(client, courses, at), hours), at, by)


@transaction.atomic
def withdraw(*, followups: Iterable[Followup], why: str, at: datetime, by: "User | None" = None) -> None:
    """Take follow-ups off that have not left; a message that carries nothing else is withdrawn with them."""
    followups = list(followups)
    if not followups:
        return
    _hold_messages({followup.client_id for followup in followups})
    pks = [followup.pk for followup in followups]
    taken = Followup.objects.filter(pk__in=pks).standing()
    carriers = set(taken.values_list("message_id", flat=True))
    taken.update(withdrawn_at=at, withdrawn_why=why, withdrawn_by=by)
    still = Followup.objects.standing().filter(message__in=carriers).values_list("message_id", flat=True)
    cancel_messages(messages=Message.objects.filter(pk__in=carriers - set(still)), why=why, at=at, by=by)


def _hold_messages(clients: Iterable[int]) -> None:
    """Before the first event, which holds the clinic: a worker that marks one of them late takes them in that order."""
    unsent = Message.objects.filter(client__in=clients, kind=FOLLOWUP).unsent().order_by("pk")
    list(unsent.select_for_update(no_key=True).values_list("pk", flat=True))


def _some_leave(client: Client) -> bool:
    """Whether one is with a worker just now: it keeps its time, and if it comes back it is to be laid out again."""
    return Message.objects.filter(client=client, kind=FOLLOWUP, state__in=[State.CLAIMED, State.SENDING]).exists()


def _follow_schedules(courses: Iterable[Course], at: datetime) -> None:
    """What is still to leave says and asks what its course's schedule does, which may be another than it began with."""
    left_out = [row.pk for course in courses for row in course.left_out]
    withdraw(followups=Followup.objects.filter(pk__in=left_out).standing().unsent(), why=LEFT_OUT, at=at)
    changed = [row for course in courses for row in course.renew()]
    Followup.objects.bulk_update(changed, ["title", "asks", "about_results"])


def _withdraw_replaced(client: Client, at: datetime) -> None:
    """The newest session's emails about results take the place of older sessions'."""
    newest = client.enrolments.filter(session__ended_at__isnull=False).order_by("anchored_at").last()
    if newest is None:
        return
    day = newest.anchored_at.astimezone(client.zone)
    older = Followup.objects.filter(client=client).about_results().standing().unsent()
    # Not its own: after an amendment its anchor is another moment than the end that was signed.
    older = older.after_sessions_before(newest.anchored_at).exclude(session=newest.session_id)
    withdraw(followups=older, why=f"{REPLACED}{day:%-d %b %Y} replaces it.", at=at)


def _carry(client: Client, bundles: Sequence[Bundle], at: datetime, by: "User | None") -> None:
    """One message for each bundle, named after its leading step; what carries nothing any more is withdrawn."""
    keys = [_key(bundle) for bundle in bundles]
    known = {message.key: message for message in Message.objects.filter(client=client, key__in=keys)}
    fresh = [_message(client, bundle) for bundle in bundles if _key(bundle) not in known]
    known |= {message.key: message for message in schedule_messages(fresh, at=at)}
    rows: list[Followup] = []
    lines: dict[int, Message] = {}  # by the message that carried a step so far: the one that carries it now
    for bundle in bundles:
        message = known[_key(bundle)]
        if _tried_again(message, bundle, at):
            continue
        if _differs(message, bundle) and not reschedule_message(message=message, **_times(bundle), at=at, by=by):
            continue  # it began to leave just now: what it carries is settled
        rows += _carried(message, bundle, lines)
    Followup.objects.bulk_create([row for row in rows if row.pk is None])
    Followup.objects.bulk_update([row for row in rows if row.pk], CARRIED)
    carrying = Followup.objects.filter(client=client).standing().values("message")
    spare = Message.objects.filter(client=client, kind=FOLLOWUP, reminds=None).unsent().exclude(pk__in=carrying)
    spare = spare.exclude(key__contains=AGAIN)
    _hand_lines_on(spare, lines)
    _cancel_spare(spare, at)


def _cancel_spare(spare: MessageQuerySet, at: datetime) -> None:
    """What carries nothing any more says why: with what the step was taken off after which it is named, if it was."""
    gone = Followup.objects.filter(message__in=spare.values("pk"), withdrawn_at__isnull=False).select_related("message")
    taken_off = {
        row.message_id: row.withdrawn_why for row in gone if row.message.key == followup_key(row.session_id, row.step)
    }
    cancel_messages(messages=spare.exclude(pk__in=taken_off), why=TOGETHER, at=at)
    for message, why in taken_off.items():
        cancel_messages(messages=spare.filter(pk=message), why=why, at=at)


def _hand_lines_on(spare: MessageQuerySet, now_in: Mapping[int, Message]) -> None:
    """What a practitioner wrote into an email that is none any more goes into the one that takes its steps."""
    for left in spare.exclude(personal_line=""):
        message = now_in.get(left.pk)
        if message is not None and not message.personal_line:
            Message.objects.filter(pk=message.pk, personal_line="").update(personal_line=left.personal_line)


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


def _tried_again(message: Message, bundle: Bundle, at: datetime) -> bool:
    """Its time was over, and a person had it leave all the same: it does."""
    return message.state == State.SCHEDULED and bundle.send_by <= at < message.send_by


def _carried(message: Message, bundle: Bundle, now_in: dict[int, Message]) -> list[Followup]:
    """The steps of a bundle whose row does not yet say when they leave, and in which message."""
    changed = []
    for due in bundle.members:
        row, _step = due.what
        if row.message_id and row.message_id != message.pk:
            now_in[row.message_id] = message
        now = (message.pk, due.due_at, due.send_by)
        if (row.message_id, row.due_at, row.send_by) != now or row.withdrawn_at:
            row.message, row.due_at, row.send_by = message, due.due_at, due.send_by
            row.withdrawn_at, row.withdrawn_why, row.withdrawn_by = None, "", None
            changed.append(row)
    return changed
