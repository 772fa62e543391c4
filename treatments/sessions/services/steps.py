"""The steps of a session: book, start, complete, cancel."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db import transaction

from clients.records.models import Client
from portal.audit.services import record
from treatments.confirmations.services import ask_confirmation, close_confirmations
from treatments.consents.models import Consent
from treatments.consents.services import consent_in_force
from treatments.consents.terms import ConsentPurpose
from treatments.followups.services import schedule_followups
from treatments.plans.models import Plan
from treatments.plans.services import activate, complete_if_done, redates
from treatments.products.models import Device
from treatments.screening.models import Screening
from treatments.screening.services import screening_in_force
from treatments.sessions.models import Session
from treatments.sessions.rules import PointNoted, ZoneDone, ended_at_problem, lowest_free, may_start, not_met
from treatments.sessions.services.cartridges import cartridge_for, settle_cartridges, written_down
from treatments.sessions.services.charting import why_not_charted, write_chart, write_off_label
from treatments.sessions.services.drafts import drop_drafts
from treatments.sessions.services.facts import decision_in_force, done_facts, planned_facts
from treatments.sessions.services.materials import why_serums_refused
from treatments.sessions.services.refusals import (
    AllBooked,
    AlreadyCompleted,
    ClientArchived,
    ConditionsNotMet,
    MayNotStart,
    NotBooked,
    NotInProgress,
    NotOnThatDay,
    NotStanding,
    NotWhole,
    PlanNotRunning,
    ReasonMissing,
)
from treatments.sessions.terms import DraftPage, State

if TYPE_CHECKING:
    from portal.practice.models import User

LATEST = timedelta(days=2 * 366)


@redates
@transaction.atomic
def book_session(*, plan: Plan, scheduled_for: datetime, by: "User", at: datetime) -> Session:
    """The plan's next session, numbered. Raises ClientArchived, PlanNotRunning, AllBooked or NotOnThatDay."""
    plan = Plan.objects.held(plan)  # archiving the client and a second booking wait for this one
    client = plan.client
    if client.archived_at:
        raise ClientArchived
    if not plan.is_running:
        raise PlanNotRunning
    number = lowest_free(plan.sessions.standing().values_list("number", flat=True), plan.sessions_planned)
    if number is None:
        raise AllBooked
    if plan.clinic.local_day(scheduled_for) < plan.clinic.local_day(at) or scheduled_for > at + LATEST:
        raise NotOnThatDay
    session = Session.objects.create(
        clinic=plan.clinic,
        client=client,
        plan=plan,
        number=number,
        practitioner=plan.practitioner,
        scheduled_for=scheduled_for,
    )
    ask_confirmation(session=session, by=by, at=at)
    record(clinic=plan.clinic, action="session.booked", subject=session, at=at, by=by, plan_id=plan.pk, number=number)
    return session


@transaction.atomic
def start_session(*, session: Session, conditions_met: Collection[str] = (), by: "User", at: datetime) -> None:
    """Begin treating, on the screening and the consent that allow it.

    Raises NotBooked, ConditionsNotMet, or MayNotStart with every reason in its sentence.
    """
    now = Session.objects.held(session)
    if now.state != State.BOOKED:
        raise NotBooked
    reasons = may_start(planned_facts(now, now.clinic.local_day(at)))
    if reasons:
        raise MayNotStart(*reasons)
    decision = decision_in_force(now)
    if decision and not_met(decision.conditions, conditions_met):
        raise ConditionsNotMet
    relied_on = _in_force(now.client)
    booked = Session.objects.filter(pk=now.pk, state=State.BOOKED)
    begun = {"state": State.IN_PROGRESS, "started_at": at, "started_by": by}
    if booked.update(**begun, **relied_on) != 1:
        raise NotBooked
    close_confirmations(session=now, why="The session has begun.", at=at)
    activate(plan=now.plan, by=by, at=at)
    record(
        clinic=now.clinic,
        action="session.started",
        subject=now,
        at=at,
        by=by,
        **_ids(relied_on),
        decision=decision.pk if decision else None,
        conditions_met=len(decision.conditions) if decision else 0,
    )
    session.refresh_from_db()


@redates
@transaction.atomic
def complete_session(
    *,
    session: Session,
    device: Device,
    cartridge_lot: str,
    zones: Sequence[ZoneDone],
    ended_at: datetime,
    notes: str,
    cartridges_used: int = 1,
    points: Sequence[PointNoted] = (),
    off_label_told: Sequence[str] = (),
    by: "User",
    at: datetime,
) -> None:
    """Write down what was done and schedule the follow-ups, once. The notes of one that was reopened are added to.

    The lot is scanned or typed; `off_label_told` is what the client was told is off label. Raises AlreadyCompleted,
    NotInProgress, LotUnclear, LotRefused, NotTold; NotWhole, or MayNotStart when the conditions do not hold on that
    day, both with every reason in their sentence.
    """
    now = Session.objects.held(session)
    _refuse_unless_in_progress(now)
    reasons = may_start(facts := done_facts(now, zones, now.clinic.local_day(ended_at)))
    if missing := [*_missing(now, device, cartridge_lot, ended_at, at), *why_not_charted(zones, points, device)]:
        raise NotWhole(*missing, *reasons)
    if reasons:
        raise MayNotStart(*reasons)
    cartridge, notes = cartridge_for(now, cartridge_lot, ended_at), _added(now.notes, notes)
    done = {"state": State.COMPLETED, "ended_at": ended_at, "completed_by": by, "device": device, "notes": notes}
    done |= written_down(cartridge, cartridges_used)
    if Session.objects.filter(pk=now.pk, state=State.IN_PROGRESS).update(**done) != 1:
        raise AlreadyCompleted
    now.refresh_from_db()
    write_chart(now, zones, points, facts.certified_mm)
    write_off_label(now, zones, off_label_told, by=by, at=at)
    settle_cartridges(now, by=by, at=at)
    _let_follow(now, by=by, at=at)
    told = {"zones": len(zones), **_ids(_in_force(now.client))}
    record(clinic=now.clinic, action="session.completed", subject=now, at=at, by=by, **told)
    session.refresh_from_db()


def _added(before: str, notes: str) -> str:
    return "\n".join(part for part in (before, notes.strip()) if part)


def _in_force(client: Client) -> dict[str, Screening | Consent | None]:
    """What a session relies on. On completing it may be more than it began on: what was cured meanwhile."""
    return {
        "screening": screening_in_force(client=client),
        "consent": consent_in_force(client=client, purpose=ConsentPurpose.TREATMENT),
    }


def _ids(rows: Mapping[str, Screening | Consent | None]) -> dict[str, Any]:
    return {name: row.pk if row else None for name, row in rows.items()}


def _let_follow(session: Session, *, by: "User", at: datetime) -> None:
    """What a completed session sets off; nobody writes on a draft of it any more."""
    drop_drafts(session, DraftPage.COMPLETE)
    schedule_followups(session=session, at=at)
    complete_if_done(plan=session.plan, by=by, at=at)


@redates
@transaction.atomic
def cancel_session(*, session: Session, reason: str, by: "User", at: datetime) -> None:
    """Take a session off that was booked, or started and not carried out. Raises NotStanding or ReasonMissing."""
    if not reason.strip():
        raise ReasonMissing
    held = Session.objects.held(session)
    not_done = Session.objects.filter(pk=session.pk, state__in=[State.BOOKED, State.IN_PROGRESS])
    if not_done.update(state=State.CANCELLED, cancel_reason=reason.strip()) != 1:
        raise NotStanding
    drop_drafts(held, *DraftPage)
    close_confirmations(session=held, why="The session was cancelled.", at=at)
    record(clinic=session.clinic, action="session.cancelled", subject=session, at=at, by=by)
    session.refresh_from_db()


def _refuse_unless_in_progress(session: Session) -> None:
    if session.state == State.COMPLETED and session.ended_at:
        ended = session.ended_at.astimezone(ZoneInfo(session.clinic.time_zone))
        raise AlreadyCompleted(f"This session was already completed at {ended:%-d %b %Y, %H:%M}. Nothing was changed.")
    if session.state != State.IN_PROGRESS:
        raise NotInProgress


def _missing(session: Session, device: Device, cartridge_lot: str, ended_at: datetime, at: datetime) -> list[str]:
    """What of the record is missing or cannot be, one sentence each."""
    found = []
    if device.clinic_id != session.clinic_id or device.retired_on is not None:
        found.append("This device is not in use here. Choose another.")
    elif device.kind != session.plan.device_kind:
        found.append(f"The plan is for a {session.plan.get_device_kind_display().lower()} device. Choose another.")
    if not cartridge_lot.strip():
        found.append("Write the cartridge's lot number: it is on the packet.")
    if ended := ended_at_problem(started_at=session.started_at or at, ended_at=ended_at, at=at):
        return [*found, ended]
    return [*found, *why_serums_refused(session, ended_at)]
