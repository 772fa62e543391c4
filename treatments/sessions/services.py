"""What can be done with a session: book, start, complete, cancel."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db import transaction

from portal.audit.services import record
from portal.practice.services import valid_certificate
from portal.practice.terms import Country
from portal.security.refusals import Refused
from treatments.confirmations.services import ask_confirmation, close_confirmations, why_not_confirmed
from treatments.consents.services import consent_in_force, why_no_consent
from treatments.consents.terms import ConsentPurpose
from treatments.followups.models import Alert
from treatments.followups.services import schedule_followups
from treatments.plans.guidance import ZoneDepth
from treatments.plans.models import Plan
from treatments.plans.services import activate, complete_if_done
from treatments.products.models import Device
from treatments.products.terms import LEAST_MM, DeviceKind
from treatments.screening.models import Decision
from treatments.screening.services import screening_in_force, why_not_screened
from treatments.sessions.models import Session, SessionQuerySet, SessionZone
from treatments.sessions.rules import Facts, ended_at_problem, lowest_free, may_start, not_met
from treatments.sessions.terms import State

if TYPE_CHECKING:
    from portal.practice.models import User

ZoneDone = ZoneDepth  # what was done is written like what was planned
LATEST = timedelta(days=2 * 366)


class ClientArchived(Refused):
    """This client is archived. Restore the client first."""


class PlanNotRunning(Refused):
    """This plan is stopped or completed. Make a new plan and book from there."""


class AllBooked(Refused):
    """All sessions of this plan are booked or done. Change the number of sessions in the plan to book another."""


class NotOnThatDay(Refused):
    """Book a session for today or later, at most two years ahead."""


class NotBooked(Refused):
    """Only a booked session can be started; this one is not."""


class NotStanding(Refused):
    """Only a session that is booked or in progress can be cancelled; this one is done or cancelled already."""


class MayNotStart(Refused):
    """This session cannot start now."""


class ConditionsNotMet(Refused):
    """The screening was accepted with conditions. Tick each one that is met; the session starts when all are."""


class NotInProgress(Refused):
    """Only a session that was started can be completed. Start it first."""


class AlreadyCompleted(Refused):
    """This session was already completed."""


class NotWhole(Refused):
    """Something is missing before this session can be completed."""


class ReasonMissing(Refused):
    """Write the reason: it is kept with the session."""


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
    screening = screening_in_force(client=now.client)
    consent = consent_in_force(client=now.client, purpose=ConsentPurpose.TREATMENT)
    booked = Session.objects.filter(pk=now.pk, state=State.BOOKED)
    begun = {"state": State.IN_PROGRESS, "started_at": at, "started_by": by}
    if booked.update(**begun, screening=screening, consent=consent) != 1:
        raise NotBooked
    close_confirmations(session=now, why="The session has begun.", at=at)
    activate(plan=now.plan, by=by, at=at)
    record(
        clinic=now.clinic,
        action="session.started",
        subject=now,
        at=at,
        by=by,
        screening=screening.pk if screening else None,
        consent=consent.pk if consent else None,
        decision=decision.pk if decision else None,
        conditions_met=len(decision.conditions) if decision else 0,
    )
    session.refresh_from_db()


@transaction.atomic
def complete_session(
    *,
    session: Session,
    device: Device,
    cartridge_lot: str,
    zones: Sequence[ZoneDone],
    ended_at: datetime,
    notes: str,
    by: "User",
    at: datetime,
) -> None:
    """Write down what was done and schedule the follow-ups, once.

    Raises AlreadyCompleted, NotInProgress, NotWhole, or MayNotStart when the conditions do not hold on that day: both
    with every reason in their sentence.
    """
    now = Session.objects.held(session)
    _refuse_unless_in_progress(now)
    missing = _missing(now, device, cartridge_lot, ended_at, at)
    reasons = may_start(done_facts(now, zones, now.clinic.local_day(ended_at)))
    if missing:
        raise NotWhole(*missing, *reasons)
    if reasons:
        raise MayNotStart(*reasons)
    done = Session.objects.filter(pk=now.pk, state=State.IN_PROGRESS).update(
        state=State.COMPLETED,
        ended_at=ended_at,
        completed_by=by,
        device=device,
        cartridge_lot=cartridge_lot.strip(),
        notes=notes,
    )
    if done != 1:
        raise AlreadyCompleted
    now.refresh_from_db()
    SessionZone.objects.bulk_create(
        SessionZone(clinic=now.clinic, session=now, zone=zone, depth_mm=depth, reason=reason.strip())
        for zone, depth, reason in zones
    )
    schedule_followups(session=now, at=at)
    complete_if_done(plan=now.plan, by=by, at=at)
    record(clinic=now.clinic, action="session.completed", subject=now, at=at, by=by, zones=len(zones))
    session.refresh_from_db()


@transaction.atomic
def cancel_session(*, session: Session, reason: str, by: "User", at: datetime) -> None:
    """Take a session off that was booked, or started and not carried out. Raises NotStanding or ReasonMissing."""
    if not reason.strip():
        raise ReasonMissing
    held = Session.objects.held(session)
    not_done = Session.objects.filter(pk=session.pk, state__in=[State.BOOKED, State.IN_PROGRESS])
    if not_done.update(state=State.CANCELLED, cancel_reason=reason.strip()) != 1:
        raise NotStanding
    close_confirmations(session=held, why="The session was cancelled.", at=at)
    record(clinic=session.clinic, action="session.cancelled", subject=session, at=at, by=by)
    session.refresh_from_db()


def decision_in_force(session: Session) -> Decision | None:
    """The decision that the screening in force rests on, with its conditions."""
    screening = screening_in_force(client=session.client)
    return Decision.objects.filter(screening=screening).first() if screening else None


def planned_facts(session: Session, on: date) -> Facts:
    """What the rules need to know when the session is done as planned on that day."""
    plan = session.plan
    zones = [ZoneDepth(row.zone, row.depth_mm, row.reason) for row in plan.zones.order_by("pk")]
    return _facts(session, zones, on, confirmed_for=on, has_left=session.practitioner.ended_at is not None)


def done_facts(session: Session, zones: Sequence[ZoneDone], on: date) -> Facts:
    """The same for what was really done: these zones, these depths, with a device of the plan's kind.

    The client confirmed for the day it began on, and whoever treated may have left since.
    """
    left, day = session.practitioner.ended_at, session.clinic.local_day
    began_on = day(session.started_at) if session.started_at else on
    return _facts(session, zones, on, confirmed_for=began_on, has_left=left is not None and day(left) < on)


def _facts(session: Session, zones: Sequence[ZoneDepth], on: date, *, confirmed_for: date, has_left: bool) -> Facts:
    client, clinic, kind = session.client, session.clinic, session.plan.device_kind
    is_rf, cream = kind == DeviceKind.RADIO_FREQUENCY, session.plan.topical_anaesthetic
    certificate = valid_certificate(membership=session.practitioner, on=on, device_is_rf=is_rf)
    return Facts(
        on=on,
        client_archived=client.archived_at is not None,
        born=client.date_of_birth,
        plan_running=session.plan.is_running,
        practitioner=str(session.practitioner),
        practitioner_left=has_left,
        screening_problem=why_not_screened(
            client=client,
            areas=[row.zone for row in zones],
            device_kind=kind,
            topical_anaesthetic=cream,
            max_depth_mm=max((row.depth_mm for row in zones), default=LEAST_MM),
            on=on,
        ),
        confirmation_problem=why_not_confirmed(session=session, on=confirmed_for),
        consent_problem=why_no_consent(
            client=client,
            practitioner=session.practitioner,
            zones=zones,
            device_kind=kind,
            topical_anaesthetic=cream,
            on=on,
        ),
        needling="radio-frequency needling" if is_rf else "needling",
        certified_mm=certificate.max_depth_mm if certificate else None,
        zones=tuple(zones),
        is_rf=is_rf,
        in_scotland=clinic.country == Country.SCOTLAND,
        permitted_premises=clinic.permitted_premises,
        last_done=_last_done(session),
        interval_days=session.plan.interval_days,
        red_flag_open=Alert.objects.waiting().filter(client=client).exists(),
        another_in_progress=_others(session).filter(state=State.IN_PROGRESS).exists(),
    )


def _others(session: Session) -> SessionQuerySet:
    return Session.objects.filter(client_id=session.client_id).exclude(pk=session.pk)


def _last_done(session: Session) -> date | None:
    last = _others(session).completed().order_by("-ended_at").first()
    return session.clinic.local_day(last.ended_at) if last and last.ended_at else None


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
    ended = ended_at_problem(started_at=session.started_at or at, ended_at=ended_at, at=at)
    return [*found, ended] if ended else found
