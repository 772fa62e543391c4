"""The lines for needle depths that plans and sessions share."""

from collections.abc import Container, Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from django import forms
from django.forms.boundfield import BoundField

from portal.adminsite.forms import Point, PointsOut
from treatments.plans.guidance import ZoneDepth, depth_advice, depth_refusal, in_mm
from treatments.plans.rules import Range, usual_for
from treatments.products.terms import Zone

if TYPE_CHECKING:
    AnyForm = forms.BaseForm
else:
    AnyForm = object


class DepthLine(NamedTuple):
    """One row of the table of depths."""

    word: str
    usual: str
    depth: BoundField
    reason: BoundField


class DepthLines(PointsOut, AnyForm):
    """Mixin of forms: a line for each zone. An empty depth leaves the zone out."""

    zones: tuple[str, ...]
    line_fields: tuple[str, ...] = ("depth_", "reason_", "done_")  # how the names of the lines' fields begin
    ranges: Mapping[str, Range] = {}  # what the plan's protocol says is usual; the zones' own ranges for all others

    def add_depths(
        self, zones: Iterable[str], written: Mapping[str, ZoneDepth], *, ticked: Container[str] | None = None
    ) -> None:
        """Add the fields, filled with what is written for a zone already; `ticked` adds a box, ticked for those."""
        self.zones = tuple(zones)
        for zone in self.zones:
            word, line = Zone(zone).label, written.get(zone)
            self.fields[f"depth_{zone}"] = forms.DecimalField(
                label=f"{word}, depth in mm",
                required=False,
                decimal_places=2,
                initial=in_mm(line.depth_mm) if line else None,
                widget=forms.NumberInput(
                    attrs={"step": "0.05", "min": "0.2", "max": "2.5", "inputmode": "decimal", "class": "depth"}
                ),
            )
            self.fields[f"reason_{zone}"] = forms.CharField(
                label=f"{word}, reason for more than 1.5 mm",
                required=False,
                max_length=300,
                initial=line.reason if line else "",
            )
            if ticked is not None:
                self.fields[f"done_{zone}"] = forms.BooleanField(
                    label=f"{word} was treated", required=False, initial=zone in ticked
                )

    @property
    def other_fields(self) -> list[BoundField]:
        """Every field outside the table of depths."""
        return [field for field in self if not field.name.startswith(self.line_fields)]

    @property
    def depth_lines(self) -> list[DepthLine]:
        """The rows of the table."""
        return [
            DepthLine(
                str(Zone(zone).label),
                usual_words(zone, self.ranges),
                self[f"depth_{zone}"],
                self[f"reason_{zone}"],
            )
            for zone in self.zones
        ]

    def read_depths(self, greatest: Decimal) -> list[ZoneDepth]:
        """The zones that carry a depth; what is refused becomes an error at its field."""
        depths: list[ZoneDepth] = []
        for zone in self.zones:
            depth, reason = self.cleaned_data.get(f"depth_{zone}"), self.cleaned_data.get(f"reason_{zone}", "")
            done = self.cleaned_data.get(f"done_{zone}")  # None where there is no box
            if done is False or (depth is None and done is None):
                continue
            if depth is None:
                if f"depth_{zone}" in self.cleaned_data:
                    self.add_error(f"depth_{zone}", "Write the depth, or untick the zone.")
                continue
            depths.append(ZoneDepth(zone, depth, reason))
            refusal = depth_refusal(depth, greatest, reason)
            if refusal:
                only_reason = not depth_refusal(depth, greatest, "given")
                self.add_error(f"{'reason' if only_reason else 'depth'}_{zone}", refusal)
        return depths

    def point_out_unusual(self, depths: Iterable[ZoneDepth]) -> None:
        """Once nothing is wrong, point out the depths outside their zone's usual range."""
        if not self.errors:
            self.point_out([*self.changed_meanwhile(), *[Point(words) for words in self.advice(depths) if words]])

    def advice(self, depths: Iterable[ZoneDepth]) -> list[str]:
        """What is unusual, in words; "" for what is not."""
        return [depth_advice(zone, depth, usual_for(zone, self.ranges)) for zone, depth, _ in depths]

    def others(self) -> dict[str, Any]:
        """What was written outside the table of depths."""
        return {name: said for name, said in self.cleaned_data.items() if not name.startswith(self.line_fields)}


def usual_words(zone: str, ranges: Mapping[str, Range]) -> str:
    """The usual range of a zone: "0.5 to 1.0 mm"."""
    least, greatest = usual_for(zone, ranges)
    return f"{in_mm(least)} to {in_mm(greatest)} mm"
