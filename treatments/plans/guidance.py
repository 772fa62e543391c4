"""How deep is usual, and how deep is refused: pure rules."""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from treatments.products.terms import DEEP_MM, GREATEST_MM, LEAST_MM, Zone

# Source: docs/clinical.md section 2a (weak sources, see there; no clinician has signed these). The whole face takes the
# range that is usual for its thinner parts, so that no zone of it is needled deeper than its own range unnoticed.
USUAL_MM: dict[str, tuple[Decimal, Decimal]] = {
    Zone.FULL_FACE: (Decimal("0.30"), Decimal("0.50")),
    Zone.FOREHEAD: (Decimal("0.30"), Decimal("0.50")),
    Zone.PERIORBITAL: (Decimal("0.20"), Decimal("0.30")),
    Zone.NOSE: (Decimal("0.30"), Decimal("0.50")),
    Zone.CHEEKS: (Decimal("0.50"), Decimal("1.00")),
    Zone.UPPER_LIP: (Decimal("0.30"), Decimal("0.50")),
    Zone.CHIN: (Decimal("0.50"), Decimal("1.00")),
    Zone.NECK: (Decimal("0.25"), Decimal("0.75")),
    Zone.DECOLLETE: (Decimal("0.25"), Decimal("0.75")),
    Zone.HANDS: (Decimal("0.25"), Decimal("0.75")),
    Zone.ABDOMEN: (Decimal("1.00"), Decimal("1.50")),
    Zone.THIGHS: (Decimal("1.00"), Decimal("1.50")),
    Zone.BODY: (Decimal("0.50"), Decimal("1.00")),
    Zone.SCALP: (Decimal("0.60"), Decimal("1.50")),
}
PLACES: dict[str, str] = {
    Zone.FULL_FACE: "the full face",
    Zone.FOREHEAD: "the forehead",
    Zone.PERIORBITAL: "the skin around the eyes",
    Zone.NOSE: "the nose",
    Zone.CHEEKS: "the cheeks",
    Zone.UPPER_LIP: "the upper lip and around the mouth",
    Zone.CHIN: "the chin and jaw",
    Zone.NECK: "the neck",
    Zone.DECOLLETE: "the décolleté",
    Zone.HANDS: "the hands",
    Zone.ABDOMEN: "the abdomen",
    Zone.THIGHS: "the thighs",
    Zone.BODY: "the body, elsewhere",
    Zone.SCALP: "the scalp",
}


class ZoneDepth(NamedTuple):
    """How deep one zone is to be needled, or was; the reason is asked above 1.5 mm."""

    zone: str
    depth_mm: Decimal
    reason: str = ""


def usual_range(zone: str) -> tuple[Decimal, Decimal]:
    """Usual needle depth (least, greatest) in millimetres. A guide: the form warns, never forbids.

    Raises KeyError for a zone that terms.Zone does not list. Source: docs/clinical.md section 2a.
    """
    return USUAL_MM[zone]


def depth_advice(zone: str, depth: Decimal, usual: tuple[Decimal, Decimal] | None = None) -> str:
    """Warning words when the depth (mm) lies outside what is usual (the zone's own range, unless given), else ""."""
    least, greatest = usual or usual_range(zone)
    if least <= depth <= greatest:
        return ""
    return f"Usual for {PLACES[zone]}: {in_mm(least)} to {in_mm(greatest)} mm. You wrote {in_mm(depth)} mm."


def depth_refusal(depth: Decimal, greatest: Decimal, reason: str) -> str:
    """Why this depth (mm) cannot be planned or used, else "". `greatest` is what the certificate allows.

    Limits: docs/clinical.md section 0 (flag above 1.5 mm, refuse above 2.5 mm).
    """
    if not LEAST_MM <= depth <= GREATEST_MM:
        return "The needle depth must be from 0.2 to 2.5 mm."
    if depth > greatest:
        return f"The practitioner's certificate allows at most {in_mm(greatest)} mm."
    if depth > DEEP_MM and not reason.strip():
        return "Say why this zone needs more than 1.5 mm."
    return ""


def zones_refusal(zones: Iterable[ZoneDepth], greatest: Decimal) -> str:
    """Why these zones cannot be planned or used, else "": none, one twice, or a depth that is refused."""
    seen: set[str] = set()
    for zone, depth, reason in zones:
        if zone in seen:
            return f"{Zone(zone).label} is listed twice."
        seen.add(zone)
        refusal = depth_refusal(depth, greatest, reason)
        if refusal:
            return f"{Zone(zone).label}: {refusal}"
    return "" if seen else "Write the needle depth of at least one zone."


def in_mm(depth: Decimal) -> str:
    """A depth as people write it: 0.5, 1.0, 0.25."""
    return f"{depth:.1f}" if depth == round(depth, 1) else f"{depth:.2f}"
