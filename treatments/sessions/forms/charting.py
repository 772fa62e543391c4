"""The part of completing a session that is its chart: depth, passes and endpoint by zone, and notes at a point."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django import forms
from django.forms.boundfield import BoundField

from treatments.plans.forms import DepthLines
from treatments.plans.guidance import ZoneDepth
from treatments.products.models import Device
from treatments.products.terms import Zone
from treatments.sessions.models import Session
from treatments.sessions.rules import ODD_PASSES, PointNoted, ZoneDone, device_problem, middle_of, passes_advice
from treatments.sessions.terms import MOST_PASSES, MOST_POINTS, SIDE

ENDPOINTS = ("Uniform pinpoint bleeding.", "Red skin, with no or only occasional pinpoints.", "Not reached.")
SEVERAL = 40  # a second point of a zone is put this far below the first, when nobody tapped a place


class ChartLine(NamedTuple):
    """One row of the table of zones."""

    zone: str
    word: str
    usual: str
    depth: BoundField
    reason: BoundField
    done: BoundField
    passes: BoundField
    endpoint: BoundField
    planned: bool


class PointLine(NamedTuple):
    """One row of the table of points."""

    number: int
    zone: BoundField
    note: BoundField
    x: BoundField
    y: BoundField


class ChartLines(DepthLines):
    """Mixin of forms: every zone with a line, those of the plan ticked, and rows for notes at a point."""

    session: Session
    planned: tuple[str, ...]
    line_fields = (*DepthLines.line_fields, "passes_", "endpoint_", "point_")

    def add_chart(self, session: Session) -> None:
        """The fields, filled with the plan; with what was written down before, for a session that was reopened."""
        self.session = session
        before = list(session.zones.order_by("pk"))
        rows: list[Any] = before or list(session.plan.zones.order_by("pk"))
        written = {row.zone: ZoneDepth(row.zone, row.depth_mm, row.reason) for row in rows}
        self.planned = tuple(row.zone for row in session.plan.zones.order_by("pk"))
        self.add_depths(dict.fromkeys([*self.planned, *written, *Zone.values]), written, ticked=frozenset(written))
        done = {row.zone: row for row in before}
        for zone in self.zones:
            self._add_passes(zone, done.get(zone))
        points = list(session.points.all())
        for number in range(1, MOST_POINTS + 1):
            self._add_point(number, points[number - 1] if number <= len(points) else None)

    def _add_passes(self, zone: str, row: Any) -> None:
        word = Zone(zone).label
        self.fields[f"passes_{zone}"] = forms.IntegerField(
            label=f"{word}, passes",
            required=False,
            min_value=1,
            max_value=MOST_PASSES,
            initial=row.passes if row else None,
            error_messages={"min_value": ODD_PASSES, "max_value": ODD_PASSES, "invalid": ODD_PASSES},
            widget=forms.NumberInput(attrs={"inputmode": "numeric", "class": "depth"}),
        )
        self.fields[f"endpoint_{zone}"] = forms.CharField(
            label=f"{word}, endpoint reached",
            required=False,
            max_length=300,
            initial=row.endpoint if row else "",
            widget=forms.TextInput(attrs={"list": "endpoints", "autocomplete": "off"}),
        )

    def _add_point(self, number: int, row: Any) -> None:
        self.fields[f"point_zone_{number}"] = forms.ChoiceField(
            label=f"Point {number}, zone",
            required=False,
            choices=[("", "Choose"), *Zone.choices],
            initial=row.zone if row else "",
        )
        self.fields[f"point_note_{number}"] = forms.CharField(
            label=f"Point {number}, note", required=False, max_length=300, initial=row.note if row else ""
        )
        for name in ("x", "y"):
            self.fields[f"point_{name}_{number}"] = forms.IntegerField(
                required=False,
                min_value=0,
                max_value=SIDE,
                widget=forms.HiddenInput,
                initial=getattr(row, name) if row else None,
            )

    @property
    def chart_lines(self) -> list[ChartLine]:
        """The rows of the table of zones, those of the plan first."""
        return [
            ChartLine(
                zone,
                line.word,
                line.usual,
                line.depth,
                line.reason,
                self[f"done_{zone}"],
                self[f"passes_{zone}"],
                self[f"endpoint_{zone}"],
                zone in self.planned,
            )
            for zone, line in zip(self.zones, self.depth_lines, strict=True)
        ]

    @property
    def first_lines(self) -> list[ChartLine]:
        """Those that the plan names, or that something is written in."""
        return [line for line in self.chart_lines if line.planned or is_used(line)]

    @property
    def other_lines(self) -> list[ChartLine]:
        """All other zones: they stay folded."""
        return [line for line in self.chart_lines if not line.planned and not is_used(line)]

    @property
    def point_lines(self) -> list[PointLine]:
        """The rows of the table of points."""
        return [
            PointLine(
                number,
                self[f"point_zone_{number}"],
                self[f"point_note_{number}"],
                self[f"point_x_{number}"],
                self[f"point_y_{number}"],
            )
            for number in range(1, MOST_POINTS + 1)
        ]

    @property
    def endpoints(self) -> list[str]:
        """What the field suggests: what the plan says first."""
        return list(dict.fromkeys(filter(None, [self.session.plan.endpoint, *ENDPOINTS])))

    def read_zones(self, certified_mm: Decimal, device: Device | None) -> list[ZoneDone]:
        """The zones that were treated; what is refused becomes an error at its field."""
        said = self.cleaned_data
        zones = [
            ZoneDone(zone, depth, reason, said.get(f"passes_{zone}"), said.get(f"endpoint_{zone}", ""))
            for zone, depth, reason in self.read_depths(certified_mm)
        ]
        for done in zones if device else ():
            problem = device_problem(done, device.name, device.max_depth_mm) if device else ""
            if problem and f"depth_{done.zone}" not in self.errors:
                self.add_error(f"depth_{done.zone}", problem)
        return zones

    def read_points(self) -> list[PointNoted]:
        """The notes at a point, in the order of their rows; half a row becomes an error at its field."""
        points: list[PointNoted] = []
        for number in range(1, MOST_POINTS + 1):
            said = {name: self.cleaned_data.get(f"point_{name}_{number}") for name in ("zone", "note", "x", "y")}
            zone, note = said["zone"], said["note"]
            if note and not zone:
                self.add_error(f"point_zone_{number}", "Choose the zone of this point.")
            elif zone and not note:
                self.add_error(f"point_note_{number}", "Write the note, or take the zone away.")
            elif zone and note:
                points.append(placed(zone, note, said["x"], said["y"], points))
        return points

    def advice(self, depths: Iterable[ZoneDepth]) -> list[str]:
        """Depths outside what is usual, and more or fewer passes than the plan says."""
        zones, plan, said = list(depths), self.session.plan, self.cleaned_data
        done = [ZoneDone(zone.zone, zone.depth_mm, passes=said.get(f"passes_{zone.zone}")) for zone in zones]
        passes = [passes_advice(zone, plan.passes_least, plan.passes_most) for zone in done]
        return [*super().advice(zones), *passes]


def is_used(line: ChartLine) -> bool:
    """Whether something is written in a row."""
    fields = (line.done, line.depth, line.passes, line.endpoint, line.reason)
    return any(field.value() or field.errors for field in fields)


def placed(zone: str, note: str, x: int | None, y: int | None, before: Sequence[PointNoted]) -> PointNoted:
    """Where it was tapped; else beside the number of its zone, below those that are there already, or above them."""
    if x is not None and y is not None:
        return PointNoted(zone, x, y, note)
    middle, several = middle_of(zone), sum(1 for point in before if point.zone == zone)
    below = (SIDE - middle.point_y) // SEVERAL  # as many as there is room for
    steps = several if several <= below else below - several
    return PointNoted(zone, middle.point_x, middle.point_y + SEVERAL * steps, note)
