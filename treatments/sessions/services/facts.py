"""What the rules need to know before a session may start, or was done."""

from collections.abc import Sequence
from datetime import date

from portal.practice.services import valid_certificate
from portal.practice.terms import Country
from treatments.cases.models import Case
from treatments.confirmations.services import why_not_confirmed
from treatments.consents.services import why_no_consent
from treatments.followups.models import Alert
from treatments.plans.guidance import ZoneDepth
from treatments.products.terms import LEAST_MM, DeviceKind
from treatments.screening.models import Decision
from treatments.screening.services import screening_in_force, why_not_screened
from treatments.sessions.models import Session, SessionQuerySet
from treatments.sessions.rules import Facts, ZoneDone
from treatments.sessions.terms import State


def decision_in_force(session: Session) -> Decision | None:
    """The decision that the screening in force rests on, with its conditions."""
    screening = screening_in_force(client=session.client)
    return Decision.objects.filter(screening=screening).first() if screening else None


def planned_facts(session: Session, on: date) -> Facts:
    """What the rules need to know when the session is done as planned on that day."""
    has_left = session.practitioner.ended_at is not None
    return _facts(session, planned_zones(session), on, confirmed_for=on, has_left=has_left)


def planned_zones(session: Session) -> list[ZoneDepth]:
    """What the plan says today."""
    return [ZoneDepth(row.zone, row.depth_mm, row.reason) for row in session.plan.zones.order_by("pk")]


def done_facts(session: Session, zones: Sequence[ZoneDone | ZoneDepth], on: date) -> Facts:
    """The same for what was really done: these zones, these depths, with a device of the plan's kind.

    The client confirmed for the day it began on, and whoever treated may have left since.
    """
    left, day = session.practitioner.ended_at, session.clinic.local_day
    began_on = day(session.started_at) if session.started_at else on
    depths = [ZoneDepth(zone.zone, zone.depth_mm, zone.reason) for zone in zones]
    return _facts(session, depths, on, confirmed_for=began_on, has_left=left is not None and day(left) < on)


def _facts(session: Session, zones: Sequence[ZoneDepth], on: date, *, confirmed_for: date, has_left: bool) -> Facts:
    client, clinic, kind = session.client, session.clinic, session.plan.device_kind
    is_rf = kind == DeviceKind.RADIO_FREQUENCY
    certificate = valid_certificate(membership=session.practitioner, on=on, device_is_rf=is_rf)
    return Facts(
        on=on,
        client_archived=client.archived_at is not None,
        born=client.date_of_birth,
        plan_running=session.plan.is_running,
        practitioner=str(session.practitioner),
        practitioner_left=has_left,
        screening_problem=_screening_problem(session, zones, on),
        confirmation_problem=why_not_confirmed(session=session, on=confirmed_for),
        consent_problem=_consent_problem(session, zones, on),
        needling="radio-frequency needling" if is_rf else "needling",
        certified_mm=certificate.max_depth_mm if certificate else None,
        zones=tuple(zones),
        is_rf=is_rf,
        in_scotland=clinic.country == Country.SCOTLAND,
        permitted_premises=clinic.permitted_premises,
        last_done=_last_done(session),
        interval_days=session.plan.least_interval,
        red_flag_open=Alert.objects.waiting().filter(client=client).exists(),
        case_open=_case_open(session),
        another_in_progress=_others(session).filter(state=State.IN_PROGRESS).exists(),
    )


def _screening_problem(session: Session, zones: Sequence[ZoneDepth], on: date) -> str:
    """Why no screening holds for these zones and depths on that day; "" when one does."""
    return why_not_screened(
        client=session.client,
        areas=[row.zone for row in zones],
        device_kind=session.plan.device_kind,
        topical_anaesthetic=session.plan.topical_anaesthetic,
        max_depth_mm=max((row.depth_mm for row in zones), default=LEAST_MM),
        on=on,
    )


def _consent_problem(session: Session, zones: Sequence[ZoneDepth], on: date) -> str:
    """The days to reflect were over when it began; a consent signed since, for more, does not begin them again."""
    return why_no_consent(
        client=session.client,
        practitioner=session.practitioner,
        zones=zones,
        device_kind=session.plan.device_kind,
        topical_anaesthetic=session.plan.topical_anaesthetic,
        on=on,
        reflected=session.consent_id is not None,
    )


def _case_open(session: Session) -> bool:
    """Whether a case keeps it from starting; one that opened since it began, perhaps in the room, does not end it."""
    cases = Case.objects.open().filter(client_id=session.client_id)
    return (cases.filter(opened_at__lt=session.started_at) if session.started_at else cases).exists()


def _others(session: Session) -> SessionQuerySet:
    return Session.objects.filter(client_id=session.client_id).exclude(pk=session.pk)


def _last_done(session: Session) -> date | None:
    """The client's last session before this one began: one that is put right may have later ones."""
    done = _others(session)
    last = (done.took_place_until(session.started_at) if session.started_at else done).latest_done()
    return session.clinic.local_day(last.takes_place_at) if last else None
