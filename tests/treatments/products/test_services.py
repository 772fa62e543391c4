"""What can be done with a lot, and how a scanned or typed one is found."""

from datetime import date

import pytest

from portal.audit.models import AuditEvent
from tests.factories import NOON, ClinicFactory, LotFactory, MembershipFactory, ProductFactory
from treatments.models import Lot
from treatments.products.services import (
    LotUnclear,
    NotOpen,
    NotQuarantined,
    Quarantined,
    WhyMissing,
    count_lot,
    find_cartridge,
    finish_lot,
    put_back,
    quarantine_lot,
    release_lot,
    take_from_lot,
)

ON = date(2026, 6, 1)
GTIN = "09521234543213"


@pytest.fixture
def lot(clinic):
    return LotFactory(product__clinic=clinic, product__name="Twelve", number="AB1", stock=10)


@pytest.fixture
def by(clinic):
    return MembershipFactory(clinic=clinic).user


def trail():
    return list(AuditEvent.objects.order_by("sequence").values_list("action", flat=True))


def test_a_lot_is_used_counted_finished_and_opened_by_a_count(lot, by):
    said = {"lot": lot, "by": by, "at": NOON}
    take_from_lot(count=2, **said)
    put_back(count=1, **said)
    lot.refresh_from_db()
    assert (lot.stock, lot.state) == (9, "open")
    take_from_lot(count=20, **said)
    lot.refresh_from_db()
    assert lot.stock == 0
    count_lot(stock=7, **said)
    finish_lot(**said)
    assert (lot.stock, lot.state) == (0, "finished")
    with pytest.raises(NotOpen):
        finish_lot(**said)
    count_lot(stock=3, **said)
    assert (lot.stock, lot.state) == (3, "open")
    assert trail() == ["lot.used", "lot.put_back", "lot.used", "lot.counted", "lot.finished", "lot.counted"]


def test_a_lot_is_quarantined_and_released_with_reasons(lot, by):
    said = {"lot": lot, "by": by, "at": NOON}
    for refusal, verb, reason in [
        (WhyMissing, quarantine_lot, " "),
        (NotQuarantined, release_lot, "Why"),
        (WhyMissing, release_lot, ""),
    ]:
        with pytest.raises(refusal):
            verb(reason=reason, **said)
    quarantine_lot(reason=" A letter of the maker ", **said)
    assert (lot.state, lot.quarantine_reason, lot.quarantined_by) == ("quarantined", "A letter of the maker", by)
    with pytest.raises(Quarantined):
        quarantine_lot(reason="Again", **said)
    with pytest.raises(NotOpen):
        finish_lot(**said)
    release_lot(reason="A false alarm.", **said)
    assert (lot.state, lot.quarantined_at, lot.quarantine_reason) == ("open", None, "")
    assert "A false alarm." in lot.notes
    assert "A letter of the maker" in lot.notes
    assert trail() == ["lot.quarantined", "lot.released"]


def test_a_typed_number_finds_the_lot_in_capitals_or_not(lot):
    LotFactory(product__clinic=ClinicFactory(), number="AB1")
    found = find_cartridge(" ab1 ", on=ON)
    assert (found.number, found.lot, found.words) == ("AB1", lot, "Twelve, lot AB1, expires 31 Dec 2099")


def test_an_unknown_number_is_kept_as_it_was_typed(lot):
    assert (find_cartridge("Xy 9", on=ON).number, find_cartridge("Xy 9", on=ON).lot) == ("Xy 9", None)


def test_a_scanned_code_finds_product_lot_and_expiry(lot):
    type(lot.product).objects.filter(pk=lot.product_id).update(gtin=GTIN)
    found = find_cartridge(f"01{GTIN}1728020010AB1\x1d2199", on=ON)
    assert (found.lot, found.gtin, found.expires_on) == (lot, GTIN, date(2028, 2, 29))
    assert found.facts.expires_on == date(2028, 2, 29)  # the earlier one of the scan and the list
    unknown = find_cartridge(f"(01){GTIN}(17)280200(10)ZZ9", on=ON)
    assert (unknown.lot, unknown.words) == (None, "Twelve, lot ZZ9, expires 29 Feb 2028")


def test_the_same_number_of_two_products_is_told_apart_by_the_barcode(lot):
    twin = LotFactory(product=ProductFactory(clinic=lot.clinic, gtin=GTIN, name="Nine"), number="ab1")
    with pytest.raises(LotUnclear, match="is on your list for Nine and Twelve"):
        find_cartridge("AB1", on=ON)
    assert find_cartridge(f"(01){GTIN}(10)AB1", on=ON).lot == twin


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GTIN[1:], "This is the product’s number, not the lot"),
        (f"(01){GTIN}(17)280200", "names no lot"),
        ("(01)00614141000036(10)A", "which is no cartridge"),
        ("(01)1(10)A", "cannot be read"),
    ],
)
def test_what_is_no_cartridges_lot_is_refused_with_what_to_do(clinic, text, said):
    ProductFactory(clinic=clinic, gtin=GTIN)
    ProductFactory(clinic=clinic, gtin="00614141000036", kind="serum")
    with pytest.raises(LotUnclear, match=said):
        find_cartridge(text, on=ON)


def test_lots_that_expire_soon_are_the_open_ones_with_something_left(clinic):
    soon = LotFactory(product__clinic=clinic, expires_on=date(2026, 6, 30))
    LotFactory(product__clinic=clinic, expires_on=date(2026, 7, 1))
    LotFactory(product__clinic=clinic, expires_on=date(2026, 6, 30), stock=0)
    LotFactory(product__clinic=clinic, expires_on=None)
    assert list(Lot.objects.expiring(ON, within=date(2026, 6, 30) - ON)) == [soon]
