"""The chart of a session: what it was last time, what of it is off label, and how it is written down."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from portal.audit.services import record
from treatments.plans.guidance import ZoneDepth
from treatments.products.guidance import off_label
from treatments.products.models import Device
from treatments.products.terms import GREATEST_MM, SKIN_TYPES
from treatments.screening.rules import age_on
from treatments.screening.services import screening_in_force
from treatments.sessions.models import ChartPoint, OffLabelUse, Session, SessionZone
from treatments.sessions.rules import PointNoted, ZoneDone, chart_problems, device_problem
from treatments.sessions.services.refusals import NotTold

if TYPE_CHECKING:
    from portal.practice.models import User

SKIN_TYPE = "fitzpatrick"  # the question of the screening


def last_charted(session: Session) -> Session | None:
    """The client's last completed session before this one, with its zones; in any plan."""
    others = Session.objects.filter(client_id=session.client_id).exclude(pk=session.pk).completed()
    earlier = others.filter(ended_at__lte=session.started_at) if session.started_at else others
    return earlier.prefetch_related("zones").order_by("-ended_at", "-id").first()


def skin_type_of(session: Session) -> str:
    """The skin type, I to VI, that the client's screening says; "" while it says none."""
    screening = session.screening or screening_in_force(client=session.client)
    said = str((screening.answers or {}).get(SKIN_TYPE, "")) if screening else ""
    return said if said in SKIN_TYPES else ""


def why_off_label(*, session: Session, device: Device, zones: Sequence[ZoneDone | ZoneDepth], on: date) -> list[str]:
    """What of these zones and this client lies outside what the device is authorised for, one sentence each."""
    return off_label(
        device.authorised,
        age=age_on(on, session.client.date_of_birth),
        skin_type=skin_type_of(session),
        depths={zone.zone: zone.depth_mm for zone in zones},
    )


def why_not_charted(zones: Sequence[ZoneDone], points: Sequence[PointNoted], device: Device) -> list[str]:
    """Why this cannot be written down: deeper than the device goes, odd passes, odd points."""
    too_deep = [
        f"{words} ({SessionZone(zone=zone.zone).get_zone_display()})"
        for zone in zones
        if (words := device_problem(zone, device.name, device.max_depth_mm))
    ]
    return [*too_deep, *chart_problems(zones, points)]


def write_chart(
    session: Session, zones: Sequence[ZoneDone], points: Sequence[PointNoted], certified_mm: Decimal | None
) -> None:
    """The rows, in place of those of before. The session's device is the one that was used."""
    device_mm = session.device.max_depth_mm if session.device else None
    deepest = min(certified_mm or GREATEST_MM, device_mm or GREATEST_MM)
    # What was written before the session was reopened stands in its notes.
    session.zones.all().delete()
    session.points.all().delete()
    SessionZone.objects.bulk_create(
        SessionZone(
            clinic=session.clinic,
            session=session,
            zone=done.zone,
            depth_mm=done.depth_mm,
            reason=done.reason.strip(),
            passes=done.passes,
            endpoint=done.endpoint.strip(),
            deepest_allowed_mm=deepest,
        )
        for done in zones
    )
    ChartPoint.objects.bulk_create(
        ChartPoint(
            clinic=session.clinic,
            session=session,
            number=number,
            zone=point.zone,
            x=point.x,
            y=point.y,
            note=point.note.strip(),
        )
        for number, point in enumerate(points, start=1)
    )


def beside_the_zones(session: Session) -> list[str]:
    """The rest of the chart in words: each point, and what was off label."""
    points = [f"point {point}" for point in session.points.all()]
    uses = OffLabelUse.objects.filter(session=session).select_related("told_by")
    return [*points, *(f"off label, {use.told_by} told the client: {' '.join(use.what.splitlines())}" for use in uses)]


def write_off_label(
    session: Session, zones: Sequence[ZoneDone], told: Sequence[str], *, by: "User", at: datetime
) -> None:
    """That the client was told what is off label, in these words. Raises NotTold when it is not what they were told."""
    OffLabelUse.objects.filter(session=session).delete()
    if session.device is None or session.ended_at is None:
        return
    on = session.clinic.local_day(session.ended_at)
    what = why_off_label(session=session, device=session.device, zones=zones, on=on)
    if set(what) - set(told):
        raise NotTold(f"{NotTold()} {' '.join(what)}")
    if what:
        OffLabelUse.objects.create(clinic=session.clinic, session=session, what="\n".join(what), told_by=by, told_at=at)
        record(clinic=session.clinic, action="session.off_label_told", subject=session, at=at, by=by, count=len(what))
