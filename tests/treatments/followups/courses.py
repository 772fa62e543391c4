"""Sessions that have ended, with their courses of follow-ups."""

from datetime import time

from tests.factories import NOON, PlanFactory, SessionFactory
from treatments.followups.models import Followup
from treatments.followups.services import schedule_followups


def enrolled(client, ended_at=NOON, **facts):
    """A session of the client that ended then, and began its course at once."""
    session = SessionFactory(plan=PlanFactory(client=client), ended_at=ended_at, **facts)
    schedule_followups(session=session, at=ended_at)
    return session


def open_between(clinic, opens, closes):
    """The clinic's emails leave between these whole hours."""
    clinic.sends_from, clinic.sends_until = time(opens), time(closes)
    clinic.save()


def due(step, client=None):
    """When the one standing step of this name is due."""
    rows = Followup.objects.filter(step=step).standing()
    return (rows.filter(client=client) if client else rows).get().due_at
