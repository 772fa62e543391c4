"""What becomes of a session's follow-ups when its end is corrected, or when it is reopened."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from clients.messages.models import Message
from clients.messages.services import cancel_messages
from clients.records.models import Client
from treatments.followups.emails.facts import room_of
from treatments.followups.models import Enrolment, Followup
from treatments.followups.services.courses import UNDONE
from treatments.followups.services.laying import lay_out, withdraw

if TYPE_CHECKING:
    from portal.practice.models import User
    from treatments.sessions.models import Session


@transaction.atomic
def follow_end(*, session: "Session", ended_at: datetime, by: "User", at: datetime) -> None:
    """The session's end was corrected or amended: what is still to leave counts from there.

    A moment that a person chose holds, unless it lies outside the step's window now.
    """
    client = Client.objects.held(session.client_id)
    Enrolment.objects.filter(session=session).update(anchored_at=ended_at)
    moved = Followup.objects.filter(session=session, moved_by__isnull=False).standing().unsent()
    moved = moved.select_related("clinic", "client__clinic", "session", "enrolment__version")
    for row in moved.defer("enrolment__version__content"):
        room = room_of(row)
        if room and row.due_at and not room.first <= row.due_at <= room.last:
            Followup.objects.filter(pk=row.pk).update(moved_by=None)
    lay_out(client=client, at=at, by=by)


@transaction.atomic
def undo_followups(*, session: "Session", by: "User", at: datetime) -> int:
    """The session is not completed any more: what has not left is withdrawn; how many steps.

    An older session's emails about results, which this one had replaced, stand again while they are in time.
    """
    client = Client.objects.held(session.client_id)
    rows = Followup.objects.filter(session=session)
    unsent = list(rows.standing().unsent() | rows.not_wanted())
    withdraw(followups=unsent, why=UNDONE, at=at, by=by)
    beside = Q(reminds__session=session) | Q(key__startswith=f"session:{session.pk}:")
    carrying = Followup.objects.filter(client=client).standing().values("message")
    left = Message.objects.filter(beside, client=client).exclude(pk__in=carrying)
    cancel_messages(messages=left, why=UNDONE, at=at, by=by)
    lay_out(client=client, at=at, by=by)
    return len(unsent)
