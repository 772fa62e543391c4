"""A booked session moves to another day."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from portal.audit.services import record
from treatments.confirmations.services import ask_confirmation, why_not_confirmed
from treatments.plans.services import redates
from treatments.sessions.models import Session
from treatments.sessions.services.refusals import ClientArchived, NotOnThatDay, NotToBeMoved, SameTime
from treatments.sessions.services.steps import LATEST
from treatments.sessions.terms import State

if TYPE_CHECKING:
    from portal.practice.models import User


@redates
@transaction.atomic
def move_session(*, session: Session, scheduled_for: datetime, by: "User", at: datetime) -> None:
    """The same session on another day or at another hour. What the client confirmed too early for it is asked again.

    Raises NotToBeMoved, ClientArchived, SameTime, NotOnThatDay.
    """
    now = Session.objects.held(session)
    if now.state != State.BOOKED:
        raise NotToBeMoved
    if now.client.archived_at:
        raise ClientArchived
    if scheduled_for == now.scheduled_for:
        raise SameTime
    day = now.clinic.local_day
    if day(scheduled_for) < day(at) or scheduled_for > at + LATEST:
        raise NotOnThatDay
    before, now.scheduled_for = now.scheduled_for, scheduled_for
    now.save(update_fields=["scheduled_for"])
    if why_not_confirmed(session=now, on=day(scheduled_for)):
        ask_confirmation(session=now, by=by, at=at, moved=True)
    was, will = before.isoformat(), scheduled_for.isoformat()
    record(clinic=now.clinic, action="session.moved", subject=now, at=at, by=by, before=was, now=will)
    session.refresh_from_db()
