"""The pages of products and lots."""

import pytest

from tests.factories import ClinicFactory, LotFactory, ProductFactory
from treatments.models import Lot, Product

PRODUCTS, LOTS = "/admin/treatments/product/", "/admin/treatments/lot/"
POSTED = {"name": "Twelve", "maker": "Maker", "kind": "cartridge", "gtin": "9521234543213", "low_stock": "5"}


@pytest.fixture
def browser(practitioner, signed_in):
    return signed_in(practitioner)


def test_a_product_is_added_with_its_number_in_fourteen_digits(browser, clinic):
    assert browser.post(f"{PRODUCTS}add/", POSTED).status_code == 302
    product = Product.objects.get()
    assert (product.clinic, product.gtin, product.low_stock) == (clinic, "09521234543213", 5)
    assert "No lots yet" in browser.get(f"{PRODUCTS}{product.pk}/change/").content.decode()


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"gtin": "9521234543214"}, "This is no GTIN: a digit is wrong or missing."),
        ({"gtin": "614141000036"}, "has this GTIN already."),
        ({"max_grams": "10"}, "Grams are for numbing cream."),
        ({"open_channels": "on"}, "This is for serums and gels."),
        ({"name": "nine", "maker": "maker"}, "is on the list already."),
    ],
)
def test_a_product_that_cannot_be_is_explained_at_the_field(browser, clinic, said, sentence):
    ProductFactory(clinic=clinic, name="Nine", gtin="00614141000036")
    page = browser.post(f"{PRODUCTS}add/", POSTED | said).content.decode()
    assert (sentence in page, Product.objects.count()) == (True, 1)


def test_a_lot_is_added_counted_quarantined_released_and_finished(browser, clinic):
    product = ProductFactory(clinic=clinic)
    said = {"product": product.pk, "number": "AB1", "expires_on": "2099-01-31", "stock": "10"}
    browser.post(f"{LOTS}add/", said)
    lot = Lot.objects.get()
    for verb, posted, state, stock in [
        ("count", {"stock": "8"}, "open", 8),
        ("quarantine", {"reason": "Letter"}, "quarantined", 8),
        ("release", {"reason": "False alarm"}, "open", 8),
        ("finish", {}, "finished", 0),
    ]:
        assert browser.get(f"{LOTS}{lot.pk}/{verb}/").status_code == 200
        assert browser.post(f"{LOTS}{lot.pk}/{verb}/", posted).url == f"{LOTS}{lot.pk}/"
        lot.refresh_from_db()
        assert (lot.state, lot.stock) == (state, stock)
    assert "False alarm" in browser.get(f"{LOTS}{lot.pk}/").content.decode()
    assert browser.post(f"{LOTS}{lot.pk}/delete/", {"post": "yes"}).status_code == 403


def test_a_scanned_barcode_fills_the_form_of_a_lot(browser, clinic):
    product = ProductFactory(clinic=clinic, gtin="09521234543213")
    browser.post(f"{LOTS}add/", {"number": "0109521234543213172802001 0AB1".replace(" ", ""), "stock": "5"})
    lot = Lot.objects.get()
    assert (lot.product, lot.number, f"{lot.expires_on}", lot.stock) == (product, "AB1", "2028-02-29", 5)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"product": ""}, "Choose the product."),
        ({"expires_on": ""}, "Write the day until which it is good"),
        ({"number": "old1"}, "is on the list already."),
        ({"number": "(01)09521234543213(10)A", "product": ""}, "No product has the GTIN"),
        ({"number": "(01)09521234543213(17)280200"}, "This barcode names no lot."),
        ({"number": "(01)1(10)A"}, "cannot be read"),
        ({"number": "A" * 61}, "at most 60"),
    ],
)
def test_a_lot_that_cannot_be_is_explained_at_the_field(browser, clinic, said, sentence):
    old = LotFactory(product__clinic=clinic, number="OLD1")
    posted = {"product": old.product_id, "number": "AB1", "expires_on": "2099-01-31", "stock": "1"} | said
    page = browser.post(f"{LOTS}add/", posted).content.decode()
    assert (sentence in page, Lot.objects.count()) == (True, 1)


def test_of_a_lot_that_stands_the_expiry_alone_is_corrected(browser, clinic):
    lot = LotFactory(product__clinic=clinic, number="AB1", stock=4)
    browser.post(f"{LOTS}{lot.pk}/change/", {"expires_on": "2030-05-31", "number": "X", "stock": "99"})
    lot.refresh_from_db()
    assert (f"{lot.expires_on}", lot.number, lot.stock) == ("2030-05-31", "AB1", 4)


@pytest.mark.parametrize("way", ["", "change/", "count/", "finish/", "quarantine/", "release/", "history/"])
def test_another_clinics_lot_is_not_found(browser, way):
    foreign = LotFactory(product__clinic=ClinicFactory(), number="Canary")
    assert browser.get(f"{LOTS}{foreign.pk}/{way}").status_code == 404
    assert browser.post(f"{LOTS}{foreign.pk}/{way}", {"reason": "x", "stock": "1"}).status_code in {404, 405}


def test_the_front_desk_sees_neither_products_nor_lots(front_desk, signed_in, clinic):
    lot, browser = LotFactory(product__clinic=clinic), signed_in(front_desk)
    pages = [PRODUCTS, LOTS, f"{LOTS}{lot.pk}/", f"{LOTS}{lot.pk}/quarantine/"]
    assert [browser.get(page).status_code for page in pages] == [403] * 4


@pytest.mark.parametrize(
    ("kind", "offered"), [("cartridge", True), ("anaesthetic", True), ("serum", True), ("part", False)]
)
def test_what_a_session_names_can_be_recalled_from_its_lots_page(browser, clinic, kind, offered):
    lot = LotFactory(product=ProductFactory(clinic=clinic, kind=kind), number="Q 1")
    page = browser.get(f"/admin/treatments/lot/{lot.pk}/").content.decode()
    assert ("/admin/treatments/recall/find/?lot=Q%201" in page) == offered
