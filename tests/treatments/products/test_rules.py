"""What a barcode says, by the rules of the GS1 General Specifications; the GTIN is the one their examples use."""

from datetime import UTC, date, datetime

import pytest

from treatments.products.rules import (
    LotFacts,
    Scanned,
    UnreadableCode,
    expiry_date,
    gtin_14,
    is_barcode,
    read_barcode,
    why_not_used,
)

ON = date(2026, 11, 28)
GTIN = "09521234543213"  # the specifications' example of a GTIN-13, 9 521234 543213, in fourteen digits
WHOLE = Scanned(gtin=GTIN, lot="AB-123", expires_on=date(2028, 2, 14), serial="456DEF")


@pytest.mark.parametrize(
    "text",
    [
        f"01{GTIN}1728021410AB-123\x1d21456DEF",
        f"\x1d01{GTIN}1728021410AB-123\x1d21456DEF\x1d",
        f"]C101{GTIN}1728021410AB-123\x1d21456DEF",  # GS1-128
        f"]d201{GTIN}1728021410AB-123\x1d21456DEF",  # GS1 DataMatrix
        f"]d201{GTIN}10AB-123\x1d17280214\x1d21456DEF",  # a separator where none is needed, section 7.8.6
        "]d2\x1d21456DEF\x1d10AB-123\x1d17280214" + f"01{GTIN}",
        f"01{GTIN}1728021410AB-123|21456DEF",
        f"01{GTIN}1728021410AB-123<GS>21456DEF",
        f"(01){GTIN}(17)280214(10)AB-123(21)456DEF",
        f" (01) {GTIN} (17) 280214 (10) AB-123 (21) 456DEF ",
    ],
)
def test_product_expiry_lot_and_serial_are_read_in_every_form(text):
    assert (is_barcode(text), read_barcode(text, on=ON)) == (True, WHOLE)


@pytest.mark.parametrize(
    "text",
    [
        "\x1d010950110102091717190508" + "10ABCD1234" + "\x1d" + "2110",
        "]d2010950110102091717190508" + "10ABCD1234" + "\x1d" + "2110",
        "(01)09501101020917(17)190508(10)ABCD1234(21)10",
    ],
)
def test_the_example_that_gs1_publishes_of_a_datamatrix_is_read(text):
    """GS1 DataMatrix Guideline, section 2: as it is encoded, as a scanner sends it, and as people read it."""
    said = Scanned(gtin="09501101020917", lot="ABCD1234", expires_on=date(2019, 5, 8), serial="10")
    assert (is_barcode(text), read_barcode(text, on=ON)) == (True, said)


@pytest.mark.parametrize(
    "text",
    [
        "(01)09521234543214(10)A",  # the last digit does not check
        f"01{GTIN}17281314",  # a thirteenth month
        f"01{GTIN}17280230",  # 30 February
        f"01{GTIN}10",
        f"01{GTIN}10{'A' * 21}",
        f"01{GTIN}10A\x1d10B",  # two lots
        "(10)AB(12)",  # brackets inside the lot
        f"01{GTIN}ZZ",
        "]C1",
        "(17)",
        f"(01){GTIN}(10)A é",
    ],
)
def test_a_code_that_cannot_be_is_refused_with_what_to_do(text):
    with pytest.raises(UnreadableCode, match=r"Scan it again, or type the lot number"):
        read_barcode(text, on=ON)


@pytest.mark.parametrize("text", ["L1", "LN-2606-01", "0195212345", "952123454321", "01234567890123456789", "AB (12)"])
def test_a_typed_lot_number_is_no_barcode(text):
    assert not is_barcode(text)


@pytest.mark.parametrize(
    ("digits", "day"),
    [
        ("280200", date(2028, 2, 29)),  # day 00 is the last of the month
        ("270200", date(2027, 2, 28)),
        ("301231", date(2030, 12, 31)),
        ("760101", date(2076, 1, 1)),  # 50 years ahead
        ("770101", date(1977, 1, 1)),  # 51 ahead: the last century
    ],
)
def test_the_century_is_the_one_that_brings_the_year_nearest(digits, day):
    assert expiry_date(digits, on=ON) == day


@pytest.mark.parametrize(("year", "meant"), [(2049, 2000), (2050, 2100), (2051, 2100)])
def test_near_a_new_century_the_next_one_is_meant(year, meant):
    assert expiry_date("000101", on=date(year, 1, 1)) == date(meant, 1, 1)


@pytest.mark.parametrize(
    ("written", "gtin"),
    [
        ("9521234543213", GTIN),
        ("9 521234 543213", GTIN),
        (GTIN, GTIN),
        ("614141000036", "00614141000036"),  # GTIN-12
        ("9521234543214", ""),
        ("L1", ""),
        ("", ""),
    ],
)
def test_a_products_number_is_checked_and_written_in_fourteen_digits(written, gtin):
    assert gtin_14(written) == gtin


NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


def test_an_expired_lot_and_a_quarantined_one_are_refused_with_what_to_do():
    last_day = why_not_used(LotFacts("A", ON), ended_at=NOON, ended_on=ON)
    expired = why_not_used(LotFacts("A", date(2026, 11, 27)), ended_at=NOON, ended_on=ON)
    quarantined = why_not_used(LotFacts("A", None, NOON), ended_at=NOON, ended_on=ON)
    assert (last_day, "expired on 27 Nov 2026. Put it aside" in expired) == ("", True)
    assert quarantined.startswith("Lot A is quarantined and must not be used. Put it aside")


def test_what_was_used_before_the_quarantine_was_used():
    later = NOON.replace(hour=13)
    assert why_not_used(LotFacts("A", None, later), ended_at=NOON, ended_on=ON) == ""
