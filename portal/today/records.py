"""Records that wait for a signature: until then anybody may still change them."""

from datetime import datetime, timedelta

from django.urls import reverse

from portal.practice.models import User
from portal.practice.terms import Role
from portal.today.blocks import Block, Row, clock, some_of
from treatments.sessions.models import Session

RECENT = timedelta(days=60)  # who begins to sign is not shown the records of years
SOON = timedelta(days=1)
FEW = 4  # rows: each can wait for a day, and what cannot stands further down


def records_to_sign(now: datetime, user: User) -> Block | None:
    """Those of this person's own sessions, and of everybody's for an owner; the longest waiting first."""
    waiting = Session.objects.to_sign().filter(ended_at__gt=now - RECENT)
    if user.membership is None or user.membership.role != Role.OWNER:
        waiting = waiting.filter(practitioner__user=user)
    waiting = waiting.select_related("client", "practitioner__user", "as_amended").order_by("ended_at", "id")
    sessions, count = some_of(waiting, FEW)
    if not sessions:
        return None
    more = f"{reverse('admin:treatments_session_changelist')}?record=unsigned"
    note = "A signature locks what was written down. Look whether all of it is there, then sign."
    return Block("records", "Records to sign", [_row(one, now) for one in sessions], count, "", more, note=note)


def _row(session: Session, now: datetime) -> Row:
    ended_at = session.takes_place_at
    waits = ended_at < now - SOON
    return Row(
        client=str(session.client),
        client_url=reverse("client_page", args=[session.client_id]),
        words=f"Session {session.number} with {session.practitioner}",
        badge="Not signed" if waits else "New",
        tone="warn" if waits else "info",
        action="Sign",
        url=reverse("admin:treatments_session_sign", args=[session.pk]),
        when=clock(ended_at, now),
    )
