"""The one field for the cartridge: a scanner types into it and presses Enter."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.adminsite.scanning import NO_CODE
from tests.factories import LotFactory, ProductFactory
from tests.portal.adminsite.test_scanning import drawn, on_a_packet, upload
from tests.treatments.sessions.conftest import ready_session
from tests.treatments.sessions.test_admin import done, page_of
from treatments.models import Session

GTIN = "09521234543213"


@pytest.fixture
def today(practitioner):
    return ready_session(practitioner, timezone.now())


@pytest.fixture
def browser(practitioner, signed_in):
    return signed_in(practitioner)


@pytest.fixture
def page(browser, today):
    browser.post(page_of(today.session, "start"))
    product = ProductFactory(clinic=today.clinic, name="Twelve", gtin=GTIN)
    LotFactory(product=product, number="AB1", expires_on=timezone.localdate() + timedelta(days=400))
    return page_of(today.session, "complete")


def test_a_scan_is_read_and_nothing_is_completed(browser, today, page):
    scanned = {"cartridge_lot": f"01{GTIN}10AB1", "read_cartridge": "1"}
    shown = browser.post(page, done(today) | scanned)
    assert (shown.status_code, Session.objects.get().state) == (200, "in_progress")
    assert "Twelve, lot AB1, expires" in shown.content.decode()
    assert not shown.context["form"].errors


def test_the_first_button_of_the_form_is_the_one_that_only_reads(browser, page):
    shown = browser.get(page).content.decode()
    form = shown[shown.index('<form method="post" novalidate') :]
    assert form.index('name="read_cartridge"') < form.index("Complete the session")
    assert form.index('type="submit"') < form.index('name="read_cartridge"') < form.index('type="submit"') + 60
    assert '<option value="AB1">Twelve, expires' in form


def test_what_else_is_missing_is_no_mistake_while_a_lot_is_read(browser, page):
    shown = browser.post(page, {"cartridge_lot": "Xy9", "read_cartridge": "1"})
    assert not shown.context["form"].errors
    assert "Lot Xy9 is not on your list. Add it under Clinic, Lots" in shown.content.decode()


@pytest.mark.parametrize("extra", [{}, {"read_cartridge": "1"}])
def test_an_expired_lot_is_refused_at_the_field(browser, today, page, extra):
    shown = browser.post(page, done(today) | {"cartridge_lot": f"01{GTIN}1720010110AB1"} | extra)
    assert "Lot AB1 expired on 1 Jan 2020" in str(shown.context["form"].errors["cartridge_lot"])
    assert Session.objects.get().state == "in_progress"


def test_an_unreadable_code_is_refused_at_the_field(browser, today, page):
    shown = browser.post(page, done(today) | {"cartridge_lot": "(01)123(10)AB1"})
    assert "cannot be read" in str(shown.context["form"].errors["cartridge_lot"])


@pytest.mark.parametrize("used", ["0", "21", "1.5"])
def test_an_odd_number_of_cartridges_says_what_can_be(browser, today, page, used):
    shown = browser.post(page, done(today) | {"cartridges_used": used})
    assert shown.context["form"].errors["cartridges_used"] == ["Write how many were used: 1 to 20."]


def test_a_scanned_session_says_product_expiry_and_count(browser, today, page):
    posted = done(today) | {"cartridge_lot": f"01{GTIN}10AB1", "cartridges_used": "2"}
    assert browser.post(page, posted).url == page_of(today.session)
    shown = browser.get(page_of(today.session)).content.decode()
    assert ("AB1, Twelve, expires" in shown, "2 cartridges" in shown) == (True, True)


def test_completing_with_an_unknown_lot_says_to_add_it(browser, today, page):
    shown = browser.post(page, done(today), follow=True).content.decode()
    assert "Lot LOT-7 is not on your list." in shown


def test_a_photograph_of_the_packet_is_read_as_if_it_were_scanned(browser, today, page):
    expires = f"{timezone.localdate() + timedelta(days=400):%y%m%d}"
    photograph = upload(on_a_packet(drawn(f"(01){GTIN}(17){expires}(10)AB1")))
    shown = browser.post(page, {"cartridge_lot": "", "read_cartridge": "1", "packet": photograph})
    form = shown.context["form"]
    assert (form["cartridge_lot"].value(), "packet" in form.errors) == (f"01{GTIN}17{expires}10AB1", False)
    assert "Twelve, lot AB1" in shown.content.decode()


@pytest.mark.parametrize("typed", ["", "AB1"])
def test_a_photograph_without_a_barcode_says_so_and_nothing_else(browser, today, page, typed):
    photograph = upload(on_a_packet())
    shown = browser.post(page, {"cartridge_lot": typed, "read_cartridge": "1", "packet": photograph})
    form = shown.context["form"]
    assert form.errors == {"packet": [NO_CODE]}
    assert form["cartridge_lot"].value() == typed
