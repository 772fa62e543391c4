"""What GS1 and its readers publish of barcodes, each case with the section it stands in and where it was read.

The General Specifications themselves are a document of 500 pages that is not at hand here. What was read of them: page
430 of release 18 (fliphtml5.com/fbtj/xroj), the definitions of the fields of dates and lots as quoted by the Ruby
package gs1 (rubydoc.info/gems/gs1), and two repositories of GS1's own with their tests: gs1/gs1-syntax-dictionary and
gs1/gs1-syntax-engine. Section numbers are as these texts, or the library that reads the fields (biip), give them.
"""

from datetime import date

import pytest

from treatments.products.rules import Scanned, UnreadableCode, expiry_date, gtin_14, is_barcode, read_barcode

ON = date(2026, 11, 28)
GS = "\x1d"


@pytest.mark.parametrize(
    ("digits", "day"),
    [
        ("130200", date(2013, 2, 28)),
        ("160200", date(2016, 2, 29)),  # a leap year
        ("210300", date(2021, 3, 31)),
        ("210331", date(2021, 3, 31)),
    ],
)
def test_section_3_4_expiration_date_without_a_day_is_the_last_of_its_month(digits, day):
    """Section 3.4, AI (17): the first two are its own examples, read in rubydoc.info/gems/gs1, GS1::ExpirationDate.

    The others are the two ways of writing March 2021, read there in GS1::Extensions::DateMonthBased.
    """
    assert read_barcode(f"(17){digits}", on=date(2021, 1, 1)).expires_on == day


@pytest.mark.parametrize(
    ("year", "digits", "century"),
    [
        (2026, "76", 2000),  # 50 ahead: this century
        (2026, "77", 1900),  # 51 ahead: the last
        (2026, "00", 2000),
        (2060, "11", 2000),  # 49 back: this century
        (2060, "10", 2100),  # 50 back: the next
        (2060, "99", 2000),
        (2099, "00", 2100),  # 99 back
        (2000, "99", 1900),  # 99 ahead
        (2000, "50", 2000),
        (2000, "51", 1900),
    ],
)
def test_section_7_12_century_by_the_difference_to_this_year(year, digits, century):
    """Section 7.12, "Determination of century in dates": 51 to 99 is the last century, -99 to -50 the next, else this.

    The two ranges were read in Odoo's gs1_date_to_date, which names the section; that they mean 49 years back and 50
    ahead, in rubydoc.info/gems/gs1, GS1::ExpirationDate. The edges of the ranges are the cases.
    """
    assert expiry_date(f"{digits}0101", on=date(year, 6, 1)).year == century + int(digits)


NO_DATES = [
    "200010",
    "201310",
    "209910",
    "200132",
    "200230",
    "200431",
    "210229",
    "220229",
    "230229",
    "240230",
    "000230",
]


@pytest.mark.parametrize("digits", NO_DATES)
def test_section_3_4_a_date_that_cannot_be_is_refused(digits):
    """The dates that GS1's own check refuses: gs1/gs1-syntax-dictionary, src/lint_yymmd0.c."""
    with pytest.raises(UnreadableCode):
        read_barcode(f"(17){digits}", on=date(2021, 1, 1))


@pytest.mark.parametrize("digits", ["000606", "250606", "500606", "200131", "200229", "210228", "240229", "960229"])
@pytest.mark.parametrize("field", ["11", "13", "15", "16", "17"])
def test_section_3_4_every_date_that_can_be_is_read_over(field, digits):
    """The dates that it takes, in each field of dates. Only the expiration date, (17), is kept: a best-before date,
    (15), says nothing of safety.
    """
    said = read_barcode(f"]d2{field}{digits}10AB1", on=date(2021, 1, 1))
    day = date(2000 + int(digits[:2]) - (100 if digits == "960229" else 0), int(digits[2:4]), int(digits[4:]))
    assert said == Scanned(lot="AB1", expires_on=day if field == "17" else None)


@pytest.mark.parametrize(
    ("written", "in_fourteen"),
    [
        ("02345673", "00000002345673"),
        ("416000336108", "00416000336108"),
        ("1234567890128", "01234567890128"),
        ("12345678901231", "12345678901231"),
        ("6291041500213", "06291041500213"),
        ("8904000210037", "08904000210037"),
    ],
)
def test_section_7_9_check_digits_hold_and_another_last_digit_does_not(written, in_fourteen):
    """Section 7.9, standard check digits; a shorter GTIN has zeros before it.

    The first four are of gs1/gs1-syntax-dictionary, src/lint_csum.c; 6291041500213 is worked out step by step at
    gs1hk.org/CheckDigitCalculator_en.htm, 8904000210037 at gs1india.org/SERV/checkdgt.htm. The zeros: gs1.org,
    "Communicating GS1 trade item numbers".
    """
    others = [f"{written[:-1]}{digit}" for digit in range(10) if f"{digit}" != written[-1]]
    assert (gtin_14(written), [gtin_14(other) for other in others]) == (in_fourteen, [""] * 9)
    assert read_barcode(f"]C101{in_fourteen}10A", on=ON) == Scanned(gtin=in_fourteen, lot="A")


LENGTHS = {
    "00": ("00", "123456789012345675"), "01": ("01", "12312312312333"), "02": ("02", "12312312312333"),
    "11": ("11", "261128"), "12": ("12", "261128"), "13": ("13", "261128"), "15": ("15", "261128"),
    "16": ("16", "261128"), "20": ("20", "01"), "31": ("3103", "000123"), "32": ("3200", "000123"),
    "33": ("3300", "000123"), "34": ("3400", "000123"), "35": ("3500", "000123"), "36": ("3600", "000123"),
    "41": ("410", "9501101020917"),
}  # fmt: skip


@pytest.mark.parametrize("begins", LENGTHS)
@pytest.mark.parametrize("separator", ["", GS])
def test_section_7_8_a_field_of_predefined_length_ends_by_itself(begins, separator):
    """Section 7.8, the figure "Element strings with predefined length" (7.8.5-2 in release 25, 7.8.4-2 in 18).

    Read at morovia.com/kb/Input-Format-Creating-GS1-DataMatrix-10644.html (00: 20 characters, 01 and 02: 16, dates: 8,
    20: 4, 31 to 36: 10, 41: 16); of those it lists, 03, 04, 14, 18 and 19 are given to nothing there. A separator that
    is not needed is read over. (17) is in every other test.
    """
    field, value = LENGTHS[begins]
    characters = {"00": 20, "01": 16, "02": 16, "20": 4, "41": 16}.get(begins, 10 if begins >= "31" else 8)
    said = read_barcode(f"]d2{field}{value}{separator}10LOT7{GS}21S1", on=ON)
    assert (len(field + value), said.lot, said.serial) == (characters, "LOT7", "S1")


def test_section_7_8_any_other_field_goes_on_to_a_separator_or_the_end():
    """Section 7.8, page 430 of release 18 at fliphtml5.com/fbtj/xroj: predefined, or separated, or the last."""
    assert read_barcode("]C110LOT7" + "17261128", on=ON) == Scanned(lot="LOT717261128")
    assert read_barcode("]C110LOT7" + GS + "17261128", on=ON) == Scanned(lot="LOT7", expires_on=ON)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("]Q3011231231231233310ABC123" + GS + "99TESTING", Scanned("12312312312333", "ABC123")),
        ("]d2011231231231233310ABC123" + GS + "99TESTING", Scanned("12312312312333", "ABC123")),
        ("]C1011231231231233310ABC123" + GS + "99TESTING", Scanned("12312312312333", "ABC123")),
        ("]e0011231231231233310ABC123" + GS + "99TESTING" + GS + "98XYZ", Scanned("12312312312333", "ABC123")),
        ("]e0011231231231233310ABC123" + GS + "1199122598TESTING" + GS + "97XYZ", Scanned("12312312312333", "ABC123")),
        ("^011231231231233310ABC123^99TESTING", Scanned("12312312312333", "ABC123")),
        ("(01)12312312312333(10)ABC123", Scanned("12312312312333", "ABC123")),
        ("]E02112345678900", Scanned("02112345678900")),
        ("]E00416000336108", Scanned("00416000336108")),
        ("]E402345673", Scanned("00000002345673")),
    ],
)
def test_section_5_1_2_each_kind_of_barcode_says_fields_or_a_gtin_alone(text, said):
    """Section 5.1.2, symbology identifiers: what a scanner sends, read in gs1/gs1-syntax-engine, src/c-lib/scandata.c.

    The digits of an EAN or UPC barcode are no fields: 21 is no serial number in the eighth.
    """
    assert (is_barcode(text), read_barcode(text, on=ON)) == (True, said)


BROKEN = ["]", "]XX", "]e0", "]Q3", "]d2", "]C1", "]E0123456789012", "]E012345678901234", "]E01234ABC890123"]
BROKEN += ["]E02112345678901", "]E41234567", "]E4123456789", "]E412ABC678", "]E402345674", "]d1TESTING", "]Q110ABC123"]


@pytest.mark.parametrize("text", BROKEN)
def test_section_5_1_2_what_carries_no_fields_and_no_gtin_is_refused(text):
    """The same place: too short, too long, letters, a wrong check digit; and barcodes that are not GS1's."""
    with pytest.raises(UnreadableCode):
        read_barcode(text, on=ON)


@pytest.mark.parametrize(
    "text",
    [
        "(01)03453120000011(17)120508(10)ABCD1234(410)9501101020917",
        "]d201034531200000111712050810ABCD1234" + GS + "4109501101020917",
        "|01034531200000111712050810ABCD1234|4109501101020917",
    ],
)
def test_section_7_8_a_datamatrix_with_a_separator_only_after_the_lot(text):
    """The GS1 DataMatrix guideline's other example, as quoted at morovia.com/kb (10644)."""
    said = Scanned("03453120000011", "ABCD1234", date(2012, 5, 8))
    assert (is_barcode(text), read_barcode(text, on=ON)) == (True, said)


@pytest.mark.parametrize("length", [1, 20])
def test_section_3_4_a_lot_and_section_3_5_a_serial_number_have_one_to_twenty_characters(length):
    """Section 3.4.1, format X1 to X20, read in rubydoc.info/gems/gs1, GS1::Batch, which names figure 7.11-1 for the
    characters; X..20 of (21) in gs1/GS1DigitalLinkToolkit.js. These are some of the 82.
    """
    written = "!\"%&'()*+,-./0:;<=>?A_az"[-length:]
    assert read_barcode(f"]d210{written}{GS}21{written}", on=ON) == Scanned(lot=written, serial=written)
    for field in ("10", "21"):
        with pytest.raises(UnreadableCode):
            read_barcode(f"]d2{field}{'A' * 21}", on=ON)
