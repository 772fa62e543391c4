"""What a protocol may say. Pure: services refuse what does not hold, and forms say it at its field."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple, Protocol

from treatments.plans.guidance import usual_range
from treatments.products.terms import GREATEST_MM, LEAST_MM, Zone

Range = tuple[Decimal, Decimal]


class Problem(NamedTuple):
    """Why something cannot be, and the field it is about ("" = all of it)."""

    field: str
    words: str


class Technique(Protocol):
    """How a series is done, as protocols and plans say it; None where a plan leaves it open."""

    sessions_planned: int
    interval_days: int
    least_days: int | None
    passes_least: int | None
    passes_most: int | None


def technique_problems(said: Technique) -> list[Problem]:
    """What does not fit together in how a series is done."""
    found = []
    if said.least_days and said.interval_days and said.least_days > said.interval_days:
        found.append(Problem("least_days", "The least number of days cannot be more than what is recommended."))
    if (said.passes_least is None) != (said.passes_most is None):
        found.append(Problem("passes_most", "Write both numbers of passes, or neither."))
    elif said.passes_least and said.passes_most and said.passes_least > said.passes_most:
        found.append(Problem("passes_most", "The greatest number of passes cannot be less than the least."))
    return found


def ranges_of(zones: Mapping[str, Sequence[str]]) -> dict[str, Range]:
    """The zones of a protocol with their least and greatest depth in mm, as they are stored."""
    return {zone: (Decimal(pair[0]), Decimal(pair[1])) for zone, pair in zones.items()}


def stored_ranges(ranges: Mapping[str, Range]) -> dict[str, list[str]]:
    """The same as JSON, in the order of the zones."""
    return {zone: [f"{depth:.2f}" for depth in ranges[zone]] for zone in Zone.values if zone in ranges}


def range_problem(pair: Range) -> str:
    """Why these depths (mm) are no range, else ""."""
    least, greatest = pair
    if not (LEAST_MM <= least <= GREATEST_MM and LEAST_MM <= greatest <= GREATEST_MM):
        return "The needle depth must be from 0.2 to 2.5 mm."
    return "" if least <= greatest else "The least depth is more than the greatest."


def usual_for(zone: str, ranges: Mapping[str, Range]) -> Range:
    """What is usual for a zone: what the protocol says of it, else the zone's own range."""
    return ranges.get(zone) or usual_range(zone)
