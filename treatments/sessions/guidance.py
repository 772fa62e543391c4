"""What is still missing in a session's record before it is signed: pure, one sentence for each, with where to go."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum, auto
from typing import NamedTuple


class Where(StrEnum):
    """The page on which something is filled in."""

    COMPLETE = auto()
    REOPEN = auto()
    MATERIALS = auto()


class Gap(NamedTuple):
    """One thing that is missing; one that does not block is only pointed out."""

    words: str
    where: Where
    blocks: bool = True
    anchor: str = ""  # of the part of that page


@dataclass(frozen=True)
class Cream:
    """What is written down of one numbing cream."""

    name: str
    off: bool
    removed: bool
    lot: bool


@dataclass(frozen=True)
class ZoneWritten:
    """What is written down of one zone, beside its needle depth."""

    name: str
    passes: bool = True
    endpoint: bool = True


@dataclass(frozen=True)
class Written:
    """What is written down of a session so far."""

    completed: bool
    device: bool = True
    lot: bool = True
    expiry: bool = True
    zones: tuple["ZoneWritten", ...] = (ZoneWritten("Cheeks"),)
    cream_planned: bool = False
    creams: tuple[Cream, ...] = ()
    serums_without_lot: tuple[str, ...] = ()
    skin: bool = True
    told: bool = True
    not_saved: tuple[str, ...] = ()  # who typed something on that page and did not save it


def in_grams(grams: Decimal) -> str:
    """As people write it: "5 g", "7.5 g"."""
    return f"{grams.normalize():f} g"


def gaps(record: Written) -> list[Gap]:
    """What is missing, what blocks first. Source: docs/clinical.md section 6, what belongs in a record."""
    if not record.completed:
        return [Gap("The session is not completed.", Where.COMPLETE)]
    found = [*_done(record), *_creams(record), *_end(record)]
    return sorted(found, key=lambda gap: not gap.blocks)


def _done(record: Written) -> list[Gap]:
    missing = [
        (record.device, Gap("The device is not written down.", Where.REOPEN)),
        (record.lot, Gap("The cartridge’s lot is not written down.", Where.REOPEN)),
        (record.zones, Gap("No zone with its needle depth is written down.", Where.REOPEN)),
        (
            record.expiry or not record.lot,
            Gap("It is not written down when the cartridge expires.", Where.MATERIALS, anchor="cartridge"),
        ),
    ]
    left_out = {
        "No passes are written down for": [zone.name for zone in record.zones if not zone.passes],
        "No endpoint is written down for": [zone.name for zone in record.zones if not zone.endpoint],
    }
    hints = [
        Gap(f"{words} {', '.join(zones)}.", Where.REOPEN, blocks=False) for words, zones in left_out.items() if zones
    ]
    return [gap for there, gap in missing if not there] + hints


def _creams(record: Written) -> list[Gap]:
    found = []
    for cream in record.creams:
        if not cream.off:
            words = f"It is not written down when {cream.name} was taken off."
            found.append(Gap(words, Where.MATERIALS, anchor="numbing-cream"))
        elif not cream.removed:
            words = f"It is not ticked that {cream.name} was removed completely."
            found.append(Gap(words, Where.MATERIALS, anchor="numbing-cream"))
        if not cream.lot:
            words = f"The lot of {cream.name} is not written down."
            found.append(Gap(words, Where.MATERIALS, blocks=False, anchor="numbing-cream"))
    if record.cream_planned and not record.creams:
        words = "The plan is with numbing cream, and none is written down."
        found.append(Gap(words, Where.MATERIALS, blocks=False, anchor="numbing-cream"))
    found += [
        Gap(f"The lot of {name} is not written down.", Where.MATERIALS, blocks=False, anchor="serums")
        for name in record.serums_without_lot
    ]
    return found


def _end(record: Written) -> list[Gap]:
    found = []
    if not record.skin:
        found.append(Gap("How the skin was at the end is not written down.", Where.MATERIALS, anchor="skin-at-the-end"))
    if not record.told:
        found.append(Gap("It is not written down that aftercare was given.", Where.MATERIALS, anchor="aftercare"))
    for who in dict.fromkeys(record.not_saved):
        words = f"{who} typed something on “Materials and aftercare” and has not saved it."
        found.append(Gap(words, Where.MATERIALS, blocks=False))
    return found
