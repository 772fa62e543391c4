"""An amended lot moves the stock: back to the lot that was signed, out of the one that was really used."""

import pytest

from tests.factories import ClinicFactory, LotFactory, ProductFactory
from tests.treatments.sessions.conftest import LATER, start
from tests.treatments.sessions.recorded import amend, complete, cream, cream_of, serum_of, sign, write
from treatments.models import Lot, LotTaken
from treatments.products.services import finish_lot
from treatments.sessions.services.materials import SerumUsed


@pytest.fixture
def signed(ready):
    """Three cartridges of LOT-7, a serum of S1 twice, a cream of C1 that is counted by hand; all else stands by."""
    start(ready)
    gel, numb = serum_of(ready.clinic), cream_of(ready.clinic)
    for product, number in ((gel, "S1"), (gel, "S2"), (numb, "C1"), (numb, "C2")):
        LotFactory(product=product, number=number, stock=5)
    write(ready, creams=[cream(numb, lot="C1")], serums=[SerumUsed(gel, "S1"), SerumUsed(gel, "S1")])
    complete(ready, cartridges_used=3)
    LotFactory(product__clinic=ready.clinic, number="LOT-8", stock=10)
    sign(ready)
    return ready


def stock(*numbers):
    return tuple(Lot.objects.get(number=number).stock for number in numbers)


def listed(number):
    return Lot.objects.get(number=number)


def test_cartridges_go_back_to_their_lot_and_out_of_the_other(signed):
    before = stock("LOT-7")[0]
    amend(signed, "lot", "lot-8")
    assert stock("LOT-7", "LOT-8") == (before + 3, 7)
    amend(signed, "lot", "LOT-7")
    assert stock("LOT-7", "LOT-8") == (before, 10)


def test_a_lot_that_is_not_on_the_list_takes_nothing_and_the_first_is_back(signed):
    before = stock("LOT-7")[0]
    amend(signed, "lot", "ELSEWHERE")
    assert stock("LOT-7", "LOT-8") == (before + 3, 10)
    amend(signed, "lot", "LOT-8")
    assert stock("LOT-7", "LOT-8") == (before + 3, 7)


def test_no_more_goes_back_than_was_taken(signed):
    LotTaken.objects.filter(lot=listed("LOT-7")).update(taken=1)
    before = stock("LOT-7")[0]
    amend(signed, "lot", "LOT-8")
    assert stock("LOT-7", "LOT-8") == (before + 1, 7)


def test_one_of_two_serums_is_moved_by_itself(signed):
    one, other = signed.session.serums.order_by("pk")
    assert stock("S1", "S2") == (3, 5)
    amend(signed, "serum_lot", "S2", part=str(one.pk))
    assert stock("S1", "S2") == (4, 4)
    amend(signed, "serum_lot", "S2", part=str(other.pk))
    assert stock("S1", "S2") == (5, 3)


def test_a_cream_that_is_counted_by_hand_is_left_alone_and_one_counted_by_use_is_not(signed):
    part = str(signed.session.creams.get().pk)
    amend(signed, "cream_lot", "C2", part=part)
    assert stock("C1", "C2") == (5, 5)
    product = listed("C1").product
    type(product).objects.filter(pk=product.pk).update(counting="use")
    amend(signed, "cream_lot", "C1", part=part)
    assert stock("C1", "C2") == (4, 5)


def test_a_serum_that_was_forgotten_takes_one_and_a_number_of_two_products_none(signed):
    amend(signed, "serum_lot", "S2")
    assert stock("S1", "S2") == (3, 4)
    LotFactory(product=ProductFactory(clinic=signed.clinic, name="Other gel", kind="serum"), number="S1", stock=5)
    amend(signed, "serum_lot", "S1")
    assert stock("S2") == (5,)
    assert sorted(Lot.objects.filter(number="S1").values_list("stock", flat=True)) == [3, 5]


def test_another_product_or_another_clinic_with_that_number_is_left_alone(signed):
    other = LotFactory(
        product=ProductFactory(clinic=signed.clinic, name="Other gel", kind="serum"), number="X1", stock=5
    )
    foreign = LotFactory(product__clinic=ClinicFactory(), number="LOT-9", stock=5)
    amend(signed, "serum_lot", "X1", part=str(signed.session.serums.first().pk))
    amend(signed, "lot", "LOT-9")
    for shelf in (other, foreign):
        shelf.refresh_from_db()
        assert shelf.stock == 5


def test_nothing_goes_back_into_a_lot_that_is_finished(signed):
    finish_lot(lot=listed("LOT-7"), by=signed.by, at=LATER)
    amend(signed, "lot", "LOT-8")
    assert stock("LOT-7", "LOT-8") == (0, 7)
