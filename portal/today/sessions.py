"""The day's sessions, and those of other days that somebody forgot to finish."""

from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from portal.practice.models import User
from portal.today.blocks import Block, Row, clock, start_of
from portal.today.hints import hints_for
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
    """The day's sessions in the order of the clock."""
    rows = rows_of_a_day(Session.objects.standing_between(start_of(now, days=0), start_of(now, days=1)), user)
    empty = "No sessions today. Book one from a client’s page."
    tomorrow = Session.objects.booked_between(start_of(now, days=1), start_of(now, days=2)).exists()
    note = "" if tomorrow else "Nothing is booked for tomorrow yet."
    return Block("sessions", "Sessions today", rows, len(rows), empty, note=note, to_clients=True)


def sessions_tomorrow(now: datetime, user: User) -> Block | None:
    """What is booked for tomorrow, so that what is missing can be seen to today; without any, no block."""
    rows = rows_of_a_day(Session.objects.booked_between(start_of(now, days=1), start_of(now, days=2)), user, ahead=True)
    return Block("tomorrow", "Sessions tomorrow", rows, len(rows), empty="") if rows else None


def rows_of_a_day(sessions: QuerySet[Session], user: User, *, ahead: bool = False) -> list[Row]:
    """One day's sessions with what is missing, for those who may start them; `ahead`, on a day to come."""
    shown = list(seen(sessions.order_by("scheduled_for", "id"), user))
    hints = hints_for(shown) if user.has_perm("treatments.start_session") and sees_zones(user) else {}
    return [
        row(
            session,
            user,
            when=f"{timezone.localtime(session.scheduled_for):%H:%M}",
            hints=tuple(hints.get(session.pk, ())),
            ahead=ahead,
        )
        for session in shown
    ]


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
    sessions = sessions.select_related("client", "clinic", "practitioner__user")
    return sessions.select_related("plan").prefetch_related("plan__zones") if sees_zones(user) else sessions


def sees_zones(user: User) -> bool:
    """Whether this person may see where clients are treated."""
    return user.has_perm("treatments.view_planzone")


def row(
    session: Session, user: User, *, when: str, to_do: str = "", hints: tuple[str, ...] = (), ahead: bool = False
) -> Row:
    """One session; the button is what its state asks for next, if this person may do it."""
    action, name, tone = ACTIONS[State(session.state)]
    if not user.has_perm(f"treatments.{name}_session") or ((to_do or ahead) and session.state == State.BOOKED):
        action, name = "Open", "change"
    if hints and name == "start":
        action = "See what is missing"
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
        hints=hints,
    )
