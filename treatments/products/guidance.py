"""What a device is authorised for, and what lies outside it. Pure."""

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from treatments.products.terms import SKIN_TYPES, Zone, whole_of


class AuthorisedFor(NamedTuple):
    """How deep a device is authorised to go in a zone, and for which skin types (1 to 6); None where it is not said."""

    deepest_mm: Decimal | None = None
    skin_from: int | None = None
    skin_to: int | None = None


class Authorised(NamedTuple):
    """What a device is authorised for. The full face includes its parts; without zones none is said."""

    device: str
    least_age: int | None = None
    greatest_age: int | None = None
    zones: Mapping[str, AuthorisedFor] = {}

    @property
    def is_written(self) -> bool:
        """Whether anything is known of it."""
        return bool(self.zones) or self.least_age is not None or self.greatest_age is not None


class Preset(NamedTuple):
    """What a maker says of a model, to begin from. A clinic checks it against its own manual."""

    name: str
    source: str
    said: Authorised


EVALUATED = Decimal("1.50")
PRESETS = {
    "skinpen_precision": Preset(
        "SkinPen Precision",
        # Also docs/clinical.md section 0: beyond 1.5 mm the maker has evaluated neither safety nor effectiveness.
        "FDA 510(k) K202243: facial acne scars, all skin types; neck wrinkles, skin types II to IV; from 22 years. "
        "Evaluated to 1.5 mm. Not signed by a clinician.",
        Authorised(
            "SkinPen Precision",
            least_age=22,
            zones={Zone.FULL_FACE: AuthorisedFor(EVALUATED), Zone.NECK: AuthorisedFor(EVALUATED, 2, 4)},
        ),
    ),
}


def off_label(said: Authorised, *, age: int, skin_type: str, depths: Mapping[str, Decimal]) -> list[str]:
    """What lies outside what the device is authorised for, one sentence each. `skin_type` is I to VI, or ""."""
    found = [_age_off_label(said, age)]
    for zone, depth in depths.items() if said.zones else ():
        allowed = said.zones.get(zone) or said.zones.get(whole_of(zone))
        word = str(Zone(zone).label)
        if allowed is None:
            found.append(f"{word}: the {said.device} is not authorised for this zone.")
            continue
        found += [_depth_off_label(said, word, allowed, depth), _skin_off_label(said, word, allowed, skin_type)]
    return [words for words in found if words]


def _age_off_label(said: Authorised, age: int) -> str:
    least, greatest = said.least_age, said.greatest_age
    if (least is None or age >= least) and (greatest is None or age <= greatest):
        return ""
    ages = " ".join([f"from {least}" if least else "", f"to {greatest}" if greatest else ""]).strip()
    return f"Age: the {said.device} is authorised {ages} years of age; the client is {age}."


def _depth_off_label(said: Authorised, word: str, allowed: AuthorisedFor, depth: Decimal) -> str:
    if allowed.deepest_mm is None or depth <= allowed.deepest_mm:
        return ""
    # However the depth was written, the sentence is the same: the client was told it in these very words.
    return f"{word}: the {said.device} is authorised to {allowed.deepest_mm:.2f} mm there; {depth:.2f} mm is deeper."


def _skin_off_label(said: Authorised, word: str, allowed: AuthorisedFor, skin_type: str) -> str:
    if allowed.skin_from is None or allowed.skin_to is None:
        return ""
    types = SKIN_TYPES[allowed.skin_from - 1 : allowed.skin_to]
    if skin_type in types:
        return ""
    known = f"the client’s is {skin_type}" if skin_type else "the client’s is not known"
    return f"{word}: the {said.device} is authorised for skin types {types[0]} to {types[-1]} there; {known}."
