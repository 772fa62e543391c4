"""Pure rules of products and lots: what a barcode says, and whether a lot may be used."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from biip import ParseConfig, ParseError
from biip.gs1_messages import GS1Message
from biip.gtin import Gtin
from biip.symbology import GS1Symbology

FNC1: Final = "\x1d"
# What scanners type in place of the separator, which no keyboard has. None of it may stand in a GS1 field.
INSTEAD_OF_FNC1 = re.compile(r"␝|<GS>|\{GS\}|[|^~]")
SYMBOLOGY = re.compile(r"^\]([A-Za-z][0-9A-Za-z])")  # "]C1", "]d2": the scanner says what kind of barcode it read
# What a kind of barcode carries: fields, or a GTIN and nothing else. Source: GS1 General Specifications, section 5.1.2.
WITH_FIELDS = frozenset(kind.value for kind in GS1Symbology.with_gs1_messages())
GTIN_DIGITS: Final = {GS1Symbology.EAN_13.value: 13, GS1Symbology.EAN_8.value: 8, GS1Symbology.ITF_14.value: 14}
PRINTED = re.compile(r"^\(\d{2,4}\)")
PRODUCT_FIRST = re.compile(r"^01(\d{14}).+")
CONFIG = ParseConfig(separator_chars=(FNC1,))
PRODUCT, LOT, EXPIRY, SERIAL = "01", "10", "17", "21"


class UnreadableCode(ValueError):
    """This barcode cannot be read. Scan it again, or type the lot number from the packet."""


@dataclass(frozen=True)
class Scanned:
    """What a barcode says; "" or None where it does not say it."""

    gtin: str = ""  # 14 digits
    lot: str = ""
    expires_on: date | None = None
    serial: str = ""


def gtin_14(written: str) -> str:
    """A product's number as 14 digits; "" when it is none. Its last digit checks the others."""
    try:
        return Gtin.parse("".join(written.replace("-", "").split())).as_gtin_14()
    except ParseError:
        return ""


def is_barcode(text: str) -> bool:
    """Whether this was scanned, or typed in brackets as printed under a barcode; else it is a typed lot number."""
    text = text.strip()
    if SYMBOLOGY.match(text) or PRINTED.match(text) or FNC1 in INSTEAD_OF_FNC1.sub(FNC1, text):
        return True
    product = PRODUCT_FIRST.match(text)
    return bool(product and gtin_14(product[1]))


def read_barcode(text: str, *, on: date) -> Scanned:
    """What a GS1 barcode says. Raises UnreadableCode.

    Source: GS1 General Specifications, sections 3 (fields), 5.1.2 (kinds of barcode), 7.8 (separators), 7.9 (check
    digit), 7.12 (century).
    """
    text = text.strip()
    kind = SYMBOLOGY.match(text)
    if kind and kind[1] not in WITH_FIELDS:
        return Scanned(gtin=_gtin_alone(text[kind.end() :], GTIN_DIGITS.get(kind[1], 0)))
    said = _fields(text)
    expires = said.get(EXPIRY, "")
    return Scanned(
        gtin=said.get(PRODUCT, ""),
        lot=said.get(LOT, ""),
        expires_on=expiry_date(expires, on=on) if expires else None,
        serial=said.get(SERIAL, ""),
    )


def _gtin_alone(digits: str, many: int) -> str:
    """The GTIN of a barcode whose digits are no fields, whatever they begin with. Raises UnreadableCode."""
    gtin = gtin_14(digits) if len(digits) == many else ""
    if not gtin:
        raise UnreadableCode(UnreadableCode.__doc__)
    return gtin


def _fields(text: str) -> dict[str, str]:
    """The fields by their numbers, each once. Raises UnreadableCode."""
    try:
        if PRINTED.match(text):
            message = GS1Message.parse_hri(text, config=CONFIG)
            if message.as_hri() != "".join(text.split()):  # brackets inside a field: the rest of it would be lost
                raise UnreadableCode(UnreadableCode.__doc__)
        else:
            plain = INSTEAD_OF_FNC1.sub(FNC1, SYMBOLOGY.sub("", text)).strip(FNC1 + " ")
            message = GS1Message.parse(plain, config=CONFIG)
    except (ParseError, ValueError) as error:
        raise UnreadableCode(UnreadableCode.__doc__) from error
    if not message.element_strings:
        raise UnreadableCode(UnreadableCode.__doc__)
    said: dict[str, str] = {}
    for part in message.element_strings:
        if said.setdefault(part.ai.ai, part.value) != part.value or part.gtin_error:
            raise UnreadableCode(UnreadableCode.__doc__)
    return said


def printed(said: Scanned) -> str:
    """The same as people read it under a barcode, to be read again: "(01)09521234543213(17)280229(10)AB1"."""
    expires = f"{said.expires_on:%y%m%d}" if said.expires_on else ""
    parts = ((PRODUCT, said.gtin), (EXPIRY, expires), (LOT, said.lot), (SERIAL, said.serial))
    return "".join(f"({field}){value}" for field, value in parts if value)


def expiry_date(yymmdd: str, *, on: date) -> date:
    """The day that six digits name; day 00 is the month's last. Raises UnreadableCode.

    The century is the one that brings the year nearest: 51 to 99 years ahead is the last century, 50 to 99 years back
    the next.
    """
    ahead = int(yymmdd[:2]) - on.year % 100
    century = on.year - on.year % 100 + (-100 if ahead >= 51 else 100 if ahead <= -50 else 0)  # noqa: PLR2004
    year, month, day = century + int(yymmdd[:2]), int(yymmdd[2:4]), int(yymmdd[4:])
    try:
        return date(year, month, day or monthrange(year, month)[1])
    except ValueError as error:
        raise UnreadableCode(UnreadableCode.__doc__) from error


@dataclass(frozen=True)
class LotFacts:
    """What is known about a cartridge's lot when a session is written down."""

    number: str
    expires_on: date | None
    quarantined_at: datetime | None = None  # None = not quarantined now


def why_not_used(lot: LotFacts, *, ended_at: datetime, ended_on: date, what: str = "a cartridge") -> str:
    """Why a session that ended then cannot have used the lot, and what to do; else "". `what` is what to take instead.

    What was used before it was quarantined was used: the session is written down as it was.
    """
    if lot.quarantined_at and lot.quarantined_at <= ended_at:
        return f"Lot {lot.number} is quarantined and must not be used. Put it aside and take {what} of another lot."
    if lot.expires_on and lot.expires_on < ended_on:
        return (
            f"Lot {lot.number} expired on {lot.expires_on:%-d %b %Y}. "
            f"Put it aside and take {what} that has not expired."
        )
    return ""
