"""A session's chart as drawings and as the table that says the same."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone

from treatments.plans.guidance import in_mm
from treatments.products.models import Device
from treatments.products.terms import Zone
from treatments.sessions.admin import figure
from treatments.sessions.models import ChartPoint, Session
from treatments.sessions.rules import Middle, middle_of
from treatments.sessions.services import last_charted, planned_zones, why_off_label
from treatments.sessions.terms import SIDE, Amendable

# From which depth (mm) each shade begins; the number stands beside it, so the shade is never the only sign.
SHADES = ((Decimal("1.51"), 5), (Decimal("1.01"), 4), (Decimal("0.51"), 3), (Decimal("0.31"), 2), (Decimal(0), 1))
TITLES = {"face": "Face, neck and chest", "body": "Body, from the front and from behind"}


@dataclass(frozen=True)
class Shape:
    """One zone of a drawing: its path, shade, and the number on it."""

    zone: str
    word: str
    path: str
    shade: int  # 0 = not treated
    depth: str  # "" = not treated
    middle: Middle


@dataclass(frozen=True)
class Drawing:
    """One drawing: its zones, what is only outline, its words, and the points on it."""

    name: str
    title: str
    shapes: list[Shape]
    lines: tuple[str, ...]
    labels: Iterable[figure.Label]
    words: Iterable[tuple[str, int]]
    points: list[ChartPoint]
    side: int = SIDE

    @property
    def alternative(self) -> str:
        """The drawing in words."""
        treated = [f"{shape.word} {shape.depth} mm" for shape in self.shapes if shape.depth]
        noted = [f"{len(self.points)} point{'s' if len(self.points) > 1 else ''} with a note"] if self.points else []
        return f"{self.title}: {', '.join([*treated, *noted]) or 'nothing is marked'}."


def drawing_of(name: str, depths: Mapping[str, Decimal], points: Iterable[ChartPoint] = ()) -> Drawing:
    """A face or a body, with these depths (mm) and points."""
    paths = figure.FACE if name == "face" else figure.BODY
    return Drawing(
        name,
        TITLES[name],
        [shape_of(zone, path, depths.get(zone)) for zone, path in paths.items()],
        figure.FACE_LINES if name == "face" else figure.BODY_LINES,
        (figure.FACE_LABELS if name == "face" else figure.BODY_LABELS).values(),
        () if name == "face" else figure.BODY_WORDS,
        [point for point in points if middle_of(point.zone).drawing == name],
    )


def shape_of(zone: str, path: str, depth: Decimal | None) -> Shape:
    """A zone, shaded by how deep it was needled."""
    shade = next((shade for least, shade in SHADES if depth >= least), 1) if depth is not None else 0
    written = in_mm(depth) if depth is not None else ""
    return Shape(zone, str(Zone(zone).label), path, shade, written, middle_of(zone))


def drawings_of(depths: Mapping[str, Decimal], points: Sequence[ChartPoint]) -> list[Drawing]:
    """The face, the body or both: those that something is on."""
    marked = {middle_of(zone).drawing for zone in [*depths, *(point.zone for point in points)]}
    return [drawing_of(name, depths, points) for name in TITLES if name in marked]


def chart_of(session: Session) -> dict[str, Any]:
    """What the session's page shows: a drawing for each half that something is on, the table, and the points."""
    zones, points = list(session.zones.order_by("pk")), list(session.points.all())
    before = last_charted(session)
    last = depths_of(before)
    charted = {row.zone for row in zones}
    return {
        "drawings": drawings_of({row.zone: row.depth_mm for row in zones}, points),
        "rows": [(row, last.get(row.zone, "")) for row in zones],
        "points": points,
        "before": before,
        "left_out": zone_words(last, without=charted) if zones else [],
        "off_label": getattr(session, "off_label", None),
    }


def depths_of(session: Session | None) -> dict[str, str]:
    """How deep each zone was needled, "1.0 mm", or what that was amended to; nothing of no session."""
    if session is None:
        return {}
    amended = session.amendments.filter(subject=Amendable.DEPTH).order_by("pk")
    return {row.zone: f"{in_mm(row.depth_mm)} mm" for row in session.zones.all()} | {
        one.part: f"{one.after} (amended)" for one in amended
    }


def zone_words(depths: Mapping[str, str], without: Collection[str] = ()) -> list[str]:
    """Each zone with its depth: "Cheeks 1.0 mm"."""
    return [f"{Zone(zone).label} {depth}" for zone, depth in depths.items() if zone not in without]


def off_label_hints(session: Session) -> list[tuple[str, str]]:
    """Each device with which the plan would be off label today, and how; and each of which nothing is written down."""
    devices = Device.objects.in_use().filter(kind=session.plan.device_kind).prefetch_related("zones")
    zones, on = planned_zones(session), timezone.localdate()
    found = []
    for device in devices:
        if not device.authorised.is_written:
            found.append((str(device), "not written down. Add it to the device under Clinic."))
            continue
        if what := why_off_label(session=session, device=device, zones=zones, on=on):
            found.append((str(device), f"the plan is off label. {' '.join(what)}"))
    return found


def input_chart(session: Session) -> dict[str, Any]:
    """Both drawings as the way to a zone's line, and what was done the time before."""
    before = last_charted(session)
    return {
        "drawings": [drawing_of(name, {}) for name in TITLES],
        "before": before,
        "last": zone_words(depths_of(before)),
    }
