"""A completed session put right: its end corrected, or the session reopened and completed anew. Both say why."""

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db import transaction

from portal.audit.services import record
from treatments.followups.services import follow_end, undo_followups
from treatments.plans.services import go_on, redates
from treatments.sessions.models import Session
from treatments.sessions.rules import ZoneDone, ended_at_problem, may_start
from treatments.sessions.services.cartridges import (
    hold_cartridges,
    settle_cartridges,
    why_cartridge_refused,
    written_cartridge,
)
from treatments.sessions.services.charting import beside_the_zones
from treatments.sessions.services.facts import done_facts
from treatments.sessions.services.materials import why_serums_refused
from treatments.sessions.services.record import refuse_if_signed
from treatments.sessions.services.refusals import MayNotReopen, NotCompleted, OddEnd, ReasonMissing, SameEnd
from treatments.sessions.terms import State

if TYPE_CHECKING:
    from portal.practice.models import User


@redates
@transaction.atomic
def correct_end(*, session: Session, ended_at: datetime, reason: str, by: "User", at: datetime) -> None:
    """The session really ended then: what is still to leave after it counts from there.

    What it said before is kept in the notes. Raises ReasonMissing, NotCompleted, Signed, OddEnd, SameEnd.
    """
    now = _completed(session, reason)
    if odd := ended_at_problem(started_at=now.started_at or ended_at, ended_at=ended_at, at=at):
        raise OddEnd(odd)
    if ended_at == now.ended_at:
        raise SameEnd
    if why := why_cartridge_refused(now, written_cartridge(now), ended_at):
        raise OddEnd(f"{why} So the session cannot have ended then.")
    if unfit := why_serums_refused(now, ended_at):
        raise OddEnd(f"{unfit[0]} So the session cannot have ended then.")
    before, notes = now.ended_at, _noted(now, f"End corrected by {by}: {reason.strip()}", at)
    Session.objects.filter(pk=now.pk).update(ended_at=ended_at, notes=notes)
    now.refresh_from_db()
    follow_end(session=now, ended_at=ended_at, by=by, at=at)
    record(
        clinic=now.clinic,
        action="session.end_corrected",
        subject=now,
        at=at,
        by=by,
        before=before.isoformat() if before else "",
        now=ended_at.isoformat(),
    )
    session.refresh_from_db()


@redates
@transaction.atomic
def reopen_session(*, session: Session, reason: str, by: "User", at: datetime) -> None:
    """The session is in progress again, to be completed anew. Its emails that have not left are withdrawn.

    What was written down stays in the notes, and fills the page on which it is completed. An older session's emails
    about results, which this one had replaced, stand again until then.

    Raises ReasonMissing, NotCompleted, Signed, MayNotReopen.
    """
    now = _completed(session, reason)
    hold_cartridges(now)
    ended_at, zones = now.ended_at or at, [ZoneDone(z.zone, z.depth_mm, z.reason) for z in now.zones.order_by("pk")]
    go_on(plan=now.plan, by=by, at=at)
    now.plan.refresh_from_db()
    # One that could not be completed again would stay open for ever.
    if reasons := may_start(done_facts(now, zones, now.clinic.local_day(ended_at))):
        raise MayNotReopen(*reasons)
    notes = _noted(now, f"Reopened by {by}: {reason.strip()}", at)
    open_again = {"state": State.IN_PROGRESS, "ended_at": None, "completed_by": None}
    Session.objects.filter(pk=now.pk).update(**open_again, notes=notes)
    now.refresh_from_db()
    settle_cartridges(now, by=by, at=at)
    withdrawn = undo_followups(session=now, by=by, at=at)
    record(clinic=now.clinic, action="session.reopened", subject=now, at=at, by=by, withdrawn=withdrawn)
    session.refresh_from_db()


def _completed(session: Session, reason: str) -> Session:
    """The row as it is now, held. Raises ReasonMissing, NotCompleted, Signed."""
    if not reason.strip():
        raise ReasonMissing
    now = Session.objects.held(session)
    if now.state != State.COMPLETED:
        raise NotCompleted
    refuse_if_signed(now)
    return now


def _noted(session: Session, words: str, at: datetime) -> str:
    """The notes with a line more: what happened, and what the record said until then."""
    zone = ZoneInfo(session.clinic.time_zone)
    ended = f"{session.ended_at.astimezone(zone):%-d %b %Y, %H:%M}" if session.ended_at else "never"
    zones = ", ".join(str(row) + (f" ({row.reason})" if row.reason else "") for row in session.zones.order_by("pk"))
    chart = "; ".join([zones or "no zones", *beside_the_zones(session)])
    said = f"It said: ended {ended}; {chart}; {session.device}, cartridge lot {session.cartridge_lot}."
    line = f"[{at.astimezone(zone):%-d %b %Y, %H:%M}. {words} {said}]"
    return f"{session.notes}\n{line}".strip()
