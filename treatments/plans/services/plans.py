"""What can be done with a plan: open, change, stop; sessions activate and complete it."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Required, TypedDict, Unpack

from django.db import transaction

from clients.records.models import Client
from portal.audit.services import record
from portal.practice.models import Membership
from portal.practice.services import valid_certificate
from treatments.plans.guidance import ZoneDepth, zones_refusal
from treatments.plans.models import Plan, PlanZone
from treatments.plans.rules import technique_problems
from treatments.plans.services.protocols import protocol_in_force
from treatments.plans.services.refusals import (
    ClientArchived,
    DepthRefused,
    NoCertificate,
    NotInThisClinic,
    NotToBePlanned,
    PlanNotRunning,
    ProtocolMoved,
    ReasonMissing,
    SessionStillOpen,
    TooFewSessions,
)
from treatments.plans.services.series import redates
from treatments.plans.terms import Aftercare, State
from treatments.products.terms import DeviceKind

if TYPE_CHECKING:
    from datetime import date

    from portal.practice.models import User


class PlanFacts(TypedDict, total=False):
    """What a plan says beside its zones."""

    practitioner: Required[Membership]
    goals: Required[Sequence[str]]
    sessions_planned: int
    interval_days: int
    least_days: int | None
    passes_least: int | None
    passes_most: int | None
    endpoint: str
    aftercare: Sequence[str]
    device_kind: str
    topical_anaesthetic: bool
    price_note: str
    notes: str


@transaction.atomic
def open_plan(
    *,
    client: Client,
    zones: Sequence[ZoneDepth],
    by: "User",
    at: datetime,
    indication: str = "",
    protocol_number: int = 0,
    **facts: Unpack[PlanFacts],
) -> Plan:
    """A drafted plan with its zones, and the version of the protocol that it began from, if it did.

    Raises NotInThisClinic, ClientArchived, NoCertificate, DepthRefused, NotToBePlanned; ProtocolMoved when another
    version than `protocol_number` (0: whichever) is in force by now.
    """
    client = Client.objects.held(client.pk)
    if client.archived_at:
        raise ClientArchived
    plan = Plan(clinic=client.clinic, client=client)
    if indication:
        plan.protocol = protocol_in_force(clinic=client.clinic, indication=indication, at=at)
        if protocol_number not in (0, plan.protocol.number):
            raise ProtocolMoved
    _say(plan, facts, zones, at)
    plan.save(force_insert=True)
    _write_zones(plan, zones)
    facts_of: dict[str, Any] = {"client_id": client.pk, "zones": len(zones), "protocol": plan.protocol_id}
    record(clinic=plan.clinic, action="plan.opened", subject=plan, at=at, by=by, **facts_of)
    return plan


@redates
@transaction.atomic
def change_plan(
    *, plan: Plan, zones: Sequence[ZoneDepth], by: "User", at: datetime, **facts: Unpack[PlanFacts]
) -> Plan:
    """The plan with other facts. Raises PlanNotRunning, TooFewSessions, and whatever open_plan raises about them."""
    plan = _running(plan)
    _say(plan, facts, zones, at)
    # Sessions lie above plans in the layers: asked by name only.
    if plan.sessions.exclude(state="cancelled").filter(number__gt=plan.sessions_planned).exists():
        raise TooFewSessions
    plan.save(force_update=True)
    plan.zones.all().delete()
    _write_zones(plan, zones)
    record(clinic=plan.clinic, action="plan.changed", subject=plan, at=at, by=by, zones=len(zones))
    complete_if_done(plan=plan, by=by, at=at)
    return plan


@transaction.atomic
def stop_plan(*, plan: Plan, reason: str, by: "User", at: datetime) -> None:
    """End a plan before its last session. Raises PlanNotRunning, SessionStillOpen or ReasonMissing."""
    if not reason.strip():
        raise ReasonMissing
    plan = _running(plan)
    if plan.sessions.filter(state__in=["booked", "in_progress"]).exists():
        raise SessionStillOpen
    Plan.objects.running().filter(pk=plan.pk).update(state=State.STOPPED, stop_reason=reason.strip())
    record(clinic=plan.clinic, action="plan.stopped", subject=plan, at=at, by=by)


def activate(*, plan: Plan, by: "User", at: datetime) -> None:
    """The plan's first session has started. Later ones change nothing."""
    if Plan.objects.filter(pk=plan.pk, state=State.DRAFTED).update(state=State.ACTIVE):
        record(clinic=plan.clinic, action="plan.activated", subject=plan, at=at, by=by)


def complete_if_done(*, plan: Plan, by: "User", at: datetime) -> None:
    """Complete the plan once as many sessions are done as were planned."""
    if plan.sessions.filter(state="completed").count() < plan.sessions_planned:
        return
    if Plan.objects.running().filter(pk=plan.pk).update(state=State.COMPLETED):
        record(clinic=plan.clinic, action="plan.completed", subject=plan, at=at, by=by)


def go_on(*, plan: Plan, by: "User", at: datetime) -> None:
    """A completed plan runs again: one of its sessions is not completed any more. Others change nothing."""
    if Plan.objects.filter(pk=plan.pk, state=State.COMPLETED).update(state=State.ACTIVE):
        record(clinic=plan.clinic, action="plan.resumed", subject=plan, at=at, by=by)


def certificate_problem(practitioner: Membership, device_kind: str, on: "date") -> str:
    """Why nothing may be planned or done by this practitioner on that day, else ""."""
    is_rf = device_kind == DeviceKind.RADIO_FREQUENCY
    if valid_certificate(membership=practitioner, on=on, device_is_rf=is_rf):
        return ""
    needling = "radio-frequency needling" if is_rf else "needling"
    return (
        f"{practitioner} has no valid certificate for {needling} on {on:%-d %b %Y}. "
        "Add one under Clinic, or choose another practitioner."
    )


def _running(plan: Plan) -> Plan:
    """The plan as it is now, locked. Raises PlanNotRunning."""
    locked = Plan.objects.held(plan)
    if not locked.is_running:
        raise PlanNotRunning
    return locked


def _say(plan: Plan, facts: PlanFacts, zones: Sequence[ZoneDepth], at: datetime) -> None:
    for name, value in facts.items():
        setattr(plan, name, value)
    plan.goals, plan.aftercare = list(plan.goals), [one for one in Aftercare.values if one in plan.aftercare]
    for problem in technique_problems(plan):
        raise NotToBePlanned(problem.words, problem.field)
    _refuse_what_must_not_be(plan, zones, at)


def _refuse_what_must_not_be(plan: Plan, zones: Sequence[ZoneDepth], at: datetime) -> None:
    on = plan.clinic.local_day(at)
    practitioner = plan.practitioner
    if practitioner.clinic_id != plan.clinic_id:
        raise NotInThisClinic
    problem = certificate_problem(practitioner, plan.device_kind, on)
    certificate = valid_certificate(
        membership=practitioner, on=on, device_is_rf=plan.device_kind == DeviceKind.RADIO_FREQUENCY
    )
    if problem or certificate is None:
        raise NoCertificate(problem)
    refusal = zones_refusal(zones, certificate.max_depth_mm)
    if refusal:
        raise DepthRefused(refusal)


def _write_zones(plan: Plan, zones: Sequence[ZoneDepth]) -> None:
    PlanZone.objects.bulk_create(
        PlanZone(clinic=plan.clinic, plan=plan, zone=zone, depth_mm=depth, reason=reason.strip())
        for zone, depth, reason in zones
    )
