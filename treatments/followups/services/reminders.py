"""Remind a client who has not answered, once; then a to-do for a person."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django_scopes import scope

from clients.messages.models import Message
from clients.messages.schedule import SendingHours
from clients.messages.services import cancel_messages, schedule_message
from clients.records.models import Client
from portal.audit.services import record
from portal.practice.models import Clinic
from portal.security.refusals import Refused
from treatments.care.models import CareVersion
from treatments.care.services import schedule_of
from treatments.followups.emails.facts import step_of
from treatments.followups.emails.reminder import REMINDER
from treatments.followups.models import Followup, FollowupQuerySet

if TYPE_CHECKING:
    from portal.practice.models import User

LOOK_BACK = timedelta(days=3)  # a reminder that nobody scheduled for so long is not scheduled any more
AT_ONCE = 500  # reminders of one round, a few seconds' work; the next round, a minute later, goes on
REMIND_WITHIN = timedelta(hours=24)  # after its hour a reminder may still leave for so long
HEARD = "The client has answered."


class CallNoteNeeded(Refused):
    """Write down what came of it; it is kept with the follow-up."""


class AlreadyCalled(Refused):
    """Nobody needs to call about this any more: somebody has called, or the client has answered."""


def heard_from(*, followups: Sequence[Followup], at: datetime) -> None:
    """A client answered these: nobody is reminded of them or of what was asked before, and nobody needs to call."""
    asked = reduce(or_, (_up_to(followup) for followup in followups))
    cancel_messages(messages=Message.objects.filter(reminds__in=Followup.objects.filter(asked)), why=HEARD, at=at)
    Followup.objects.filter(asked).to_chase().update(chase_from=None)


def _up_to(followup: Followup) -> Q:
    """A follow-up, and those of its session that were due before it."""
    itself = Q(pk=followup.pk)
    if followup.due_at is None:
        return itself
    return itself | Q(session=followup.session_id, due_at__lte=followup.due_at)


def schedule_reminders(*, at: datetime) -> int:
    """Schedule what is to remind whoever got questions and has not answered, in every clinic; how many of AT_ONCE."""
    made = seen = 0
    for clinic in Clinic.objects.all():
        with scope(clinic=clinic):
            silent = list(_not_reminded(at).values_list("pk", flat=True)[: AT_ONCE - seen])
            made += sum(_remind(pk, at) for pk in silent)
            seen += len(silent)
    return made


def _not_reminded(at: datetime) -> FollowupQuerySet:
    """What was sent a while ago and asked for answers, by a step that reminds; the first of a message first."""
    steps = Q(pk__in=())
    for version in CareVersion.objects.published():
        keys = [step.key for step in schedule_of(version).steps if step.remind_after_hours]
        steps |= Q(enrolment__version=version, step__in=keys)
    return Followup.objects.filter(steps).silent_since(at - LOOK_BACK).order_by("due_at", "pk")


@transaction.atomic
def _remind(pk: int, at: datetime) -> bool:
    """The one reminder of a message's questions, and when its silence becomes a to-do. Doing it twice does nothing."""
    wanted = Followup.objects.select_related("client__clinic", "message", "enrolment__version")
    wanted = wanted.defer("enrolment__version__content")
    client = Client.objects.held(wanted.get(pk=pk).client_id)
    followup = wanted.silent_since(at - LOOK_BACK).filter(pk=pk).first()
    if followup is None or followup.message.sent_at is None:
        return False
    step = step_of(followup)
    after = timedelta(hours=step.remind_after_hours)
    due_at = SendingHours.of(client).first_from(max(at, followup.message.sent_at + after))
    followup.chase_from = due_at + after
    made = not Followup.objects.filter(message=followup.message_id, reminder__isnull=False).exists()
    if made:
        followup.reminder = schedule_message(
            client=client,
            kind=REMINDER,
            key=f"followup:{followup.pk}:{REMINDER}",
            due_at=due_at,
            send_by=due_at + REMIND_WITHIN,
            in_hours=True,
            telling=step.conditional,
            at=at,
        )
    followup.save(update_fields=["reminder", "chase_from"])
    return made


@transaction.atomic
def note_called(*, followup: Followup, note: str, by: "User", at: datetime) -> None:
    """Somebody called a client who did not answer, and says what came of it: it counts for the whole session.

    Raises CallNoteNeeded, AlreadyCalled.
    """
    if not note.strip():
        raise CallNoteNeeded
    Client.objects.held(followup.client_id)
    waiting = Followup.objects.filter(session=followup.session_id).to_chase().filter(chase_from__lte=at)
    if not waiting.filter(pk=followup.pk).exists():
        raise AlreadyCalled
    waiting.update(chased_at=at, chased_by=by, chased_note=note.strip())
    record(clinic=followup.clinic, action="followup.called", subject=followup, at=at, by=by)
