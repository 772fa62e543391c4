"""The day's sessions, and those of other days that somebody forgot to finish."""

from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from portal.practice.models import User
from portal.today.blocks import Block, Row, clock, count_of, start_of
from treatments.products.terms import Zone
from treatments.sessions.models import Session
from treatments.sessions.terms import State

# What a state asks for next: the button, the page behind it, and the colour.
ACTIONS = {
    State.BOOKED: ("Start", "start", "info"),
    State.IN_PROGRESS: ("Complete", "complete", "warn"),
    State.COMPLETED: ("Open", "change", "ok"),
}
# What to do about a session of another day. Both are possible on its page.
TO_DO = {
    State.BOOKED: "Its day has passed. Start it if it is done now, else cancel it",
    State.IN_PROGRESS: "Complete it, so that follow-ups begin, or cancel it if it was not carried out",
}


def sessions_today(now: datetime, user: User) -> Block:
    """The day's sessions in the order of the clock, and how many there are tomorrow."""
    midnight, next_midnight, after = (start_of(now, days=days) for days in (0, 1, 2))
    sessions = Session.objects.standing_between(midnight, next_midnight).order_by("scheduled_for", "id")
    tomorrow = Session.objects.booked_between(next_midnight, after).count()
    note = (
        f"{count_of(tomorrow, 'session')} booked for tomorrow." if tomorrow else "Nothing is booked for tomorrow yet."
    )
    rows = [
        row(session, user, when=f"{timezone.localtime(session.scheduled_for):%H:%M}")
        for session in seen(sessions, user)
    ]
    empty = "No sessions today. Book one from a client’s page."
    return Block("sessions", "Sessions today", rows, len(rows), empty, note=note, to_clients=True)


def not_finished(now: datetime, user: User) -> Block | None:
    """Sessions of other days that are still open, the oldest first. None is left out; without any, no block."""
    sessions = Session.objects.not_finished(start_of(now, days=0), start_of(now, days=1))
    rows = [
        row(session, user, when=clock(session.scheduled_for, now), to_do=TO_DO[State(session.state)])
        for session in seen(sessions.order_by("scheduled_for", "id"), user)
    ]
    return Block("not-finished", "Sessions not finished", rows, len(rows), empty="") if rows else None


def seen(sessions: QuerySet[Session], user: User) -> QuerySet[Session]:
    """With what their lines show; the zones only for those who may see them."""
    sessions = sessions.select_related("client", "practitioner__user")
    return sessions.prefetch_related("plan__zones") if sees_zones(user) else sessions


def sees_zones(user: User) -> bool:
    """Whether this person may see where clients are treated."""
    return user.has_perm("treatments.view_planzone")


def row(session: Session, user: User, *, when: str, to_do: str = "") -> Row:
    """One session; the button is what its state asks for next, if this person may do it."""
    action, name, tone = ACTIONS[State(session.state)]
    if not user.has_perm(f"treatments.{name}_session") or (to_do and session.state == State.BOOKED):
        action, name = "Open", "change"
    about = [f"Session {session.number}", f"with {session.practitioner}"]
    if sees_zones(user):
        about += [str(Zone(zone.zone).label) for zone in session.plan.zones.all()]
    return Row(
        client=str(session.client),
        client_url=reverse("client_page", args=[session.client_id]),
        words=" · ".join(about) + (f". {to_do}." if to_do else ""),
        badge=str(session.get_state_display()),
        tone="warn" if to_do else tone,
        action=action,
        url=reverse(f"admin:treatments_session_{name}", args=[session.pk]),
        when=when,
    )
