"""What a person may do with one follow-up: skip it, have it leave at another time or now, send it again, add a line."""

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db import transaction

from clients.messages.models import Message
from clients.messages.prepare import Broken, reason_to_skip
from clients.messages.schedule import AGAIN_FOR, SendingHours
from clients.messages.services import MessageBroken, MessageNotWanted, TooLate, schedule_message
from clients.messages.terms import SKIPPED_BECAUSE, State
from clients.records.models import Client
from portal.audit.services import record
from portal.security.refusals import Refused
from treatments.followups.emails import AGAIN
from treatments.followups.emails.facts import room_of, step_of
from treatments.followups.models import Followup
from treatments.followups.schedule import Room
from treatments.followups.services.laying import lay_out, withdraw

if TYPE_CHECKING:
    from portal.practice.models import User


class NotToCome(Refused):
    """This email is not to come any more: it has left, is leaving, or was taken off. Open it again to see."""


class SkipReasonMissing(Refused):
    """Write the reason: it is kept with the email."""

    field = "reason"


class NotThen(Refused):
    """This email cannot leave then."""

    field = "due_at"


class BeforeCourses(Refused):
    """This email was scheduled before the portal kept care schedules. It can be skipped, not moved."""


class NotSent(Refused):
    """Only an email that was sent can be sent again."""


class AgainOnItsWay(Refused):
    """It is on its way again already. Look for it under what is coming."""


@transaction.atomic
def skip_followup(*, followup: Followup, reason: str, by: "User", at: datetime) -> None:
    """It leaves no more; what was to leave with it still does. Raises SkipReasonMissing, NotToCome."""
    if not reason.strip():
        raise SkipReasonMissing
    row = _to_come(followup)
    withdraw(followups=[row], why=f"{SKIPPED_BECAUSE}{reason.strip()}", at=at, by=by)
    lay_out(client=row.client, at=at, by=by)
    record(clinic=row.clinic, action="followup.skipped", subject=row, at=at, by=by, step=row.step)


@transaction.atomic
def delay_followup(*, followup: Followup, due_at: datetime, by: "User", at: datetime) -> None:
    """It leaves at a moment that a person chose, and at no other. Raises NotToCome, NotThen."""
    row = _to_come(followup)
    if why := why_not_then(followup=row, due_at=due_at, at=at):
        raise NotThen(why)
    _move(row, due_at, by)
    lay_out(client=row.client, at=at, by=by)
    record(clinic=row.clinic, action="followup.delayed", subject=row, at=at, by=by, step=row.step)


@transaction.atomic
def send_now(*, followup: Followup, by: "User", at: datetime) -> datetime:
    """It leaves at once with all that leaves in the same email, or when the sending hours next begin; when that is.

    Raises NotToCome, NotThen.
    """
    row = _to_come(followup)
    leaves = row.message.hours.first_from(at) if row.message.hours else at
    together = row.message.followups.standing().select_related("clinic", "client", "enrolment__version", "session")
    for one in together.defer("enrolment__version__content"):
        space, step = _room(one), step_of(one)
        if leaves >= space.send_by:
            raise TooLate
        if step.window_days and leaves < space.first:
            raise NotThen(
                f"It belongs to days {step.window_days[0]} to {step.window_days[1]} after the session, "
                f"and leaves on {_words(space.first, one)} at the earliest."
            )
        _move(one, leaves, by)
    lay_out(client=row.client, at=at, by=by)
    record(clinic=row.clinic, action="followup.sent_now", subject=row, at=at, by=by, step=row.step)
    return leaves


@transaction.atomic
def send_again(*, followup: Followup, by: "User", at: datetime) -> Message:
    """A new message that says the same as one that was sent, if that is still right.

    Raises NotSent, AgainOnItsWay, TooLate, MessageNotWanted, MessageBroken.
    """
    row = _held(followup)
    first = row.message
    if first.state != State.SENT:
        raise NotSent
    so_far = Message.objects.filter(key__startswith=first.key + AGAIN)
    if so_far.unsent().exists():
        raise AgainOnItsWay
    leaves = first.hours.first_from(at) if first.hours else at
    send_by = leaves + AGAIN_FOR
    if step_of(row).window_days:
        send_by = min(send_by, _room(row).send_by)
    if send_by <= leaves:
        raise TooLate
    _refuse_what_is_not_right(first, at)
    message = schedule_message(
        client=row.client,
        kind=first.kind,
        key=f"{first.key}{AGAIN}{so_far.count() + 1}",
        due_at=leaves,
        send_by=send_by,
        at=at,
        in_hours=first.in_hours,
        telling=first.telling,
    )
    record(clinic=row.clinic, action="message.sent_again", subject=first, at=at, by=by, message=message.pk)
    return message


@transaction.atomic
def write_line(*, followup: Followup, line: str, by: "User", at: datetime) -> None:
    """A practitioner's own words at the top of an email that is to come; "" takes them off. Raises NotToCome."""
    row = _to_come(followup)
    words = " ".join(line.split())
    if Message.objects.filter(pk=row.message_id, state=State.SCHEDULED).update(personal_line=words) != 1:
        raise NotToCome
    record(clinic=row.clinic, action="message.line_written", subject=row.message, at=at, by=by, taken_off=not words)


def why_not_then(*, followup: Followup, due_at: datetime, at: datetime) -> str:
    """Why this email cannot leave at that moment, with what would be right; "" when it can."""
    space, step, hours = room_of(followup), step_of(followup), SendingHours.of(followup.client)
    if space is None:
        return str(NotToCome())
    if not max(at, space.first) <= due_at <= space.last:
        if space.last <= at:
            return str(TooLate())
        return (
            f"It can leave between {_words(max(at, space.first), followup)} and {_words(space.last, followup)}: "
            "earlier or later its words would be wrong."
        )
    if not step.any_hour and hours.first_from(due_at) != due_at:
        away = " in the client’s time zone" if followup.client.time_zone else ""
        return f"Your clinic’s emails leave from {hours.opens:%H:%M} on and before {hours.closes:%H:%M}{away}."
    return ""


def may_leave_between(followup: Followup) -> Room | None:
    """Between which moments it may be moved; None once its session has no end any more."""
    return room_of(followup)


def _room(followup: Followup) -> Room:
    found = room_of(followup)
    if found is None:
        raise NotToCome
    return found


def _move(row: Followup, due_at: datetime, by: "User") -> None:
    """The facts: when, until when, and that a person said so. lay_out makes the messages of them."""
    if row.enrolment_id is None:
        raise BeforeCourses
    Followup.objects.filter(pk=row.pk).update(due_at=due_at, send_by=_room(row).send_by, moved_by=by)


def _to_come(followup: Followup) -> Followup:
    """The row as it is now, if it is still to leave. Raises NotToCome."""
    row = _held(followup)
    if not row.may_move:
        raise NotToCome
    return row


def _held(followup: Followup) -> Followup:
    """The row as it is now, its client's row held."""
    client = Client.objects.held(followup.client_id)
    rows = Followup.objects.select_related("clinic", "message", "enrolment__version", "session")
    row = rows.defer("enrolment__version__content").get(pk=followup.pk)
    row.client = row.message.client = client
    row.message.clinic = row.clinic
    return row


def _refuse_what_is_not_right(message: Message, at: datetime) -> None:
    try:
        why = reason_to_skip(message, at)
    except Broken:
        raise MessageBroken from None
    if why:
        raise MessageNotWanted(why)


def _words(moment: datetime, followup: Followup) -> str:
    return f"{moment.astimezone(ZoneInfo(followup.clinic.time_zone)):%-d %b %Y, %H:%M}"
