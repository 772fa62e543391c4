"""Sessions that have ended, with their courses of follow-ups."""

from tests.factories import NOON, PlanFactory, SessionFactory
from treatments.followups.services import schedule_followups


def enrolled(client, ended_at=NOON, **facts):
    """A session of the client that ended then, and began its course at once."""
    session = SessionFactory(plan=PlanFactory(client=client), ended_at=ended_at, **facts)
    schedule_followups(session=session, at=ended_at)
    return session
