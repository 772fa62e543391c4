"""Creams and serums leave the stock of their lots: once for each use, however often it is written, never below none."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from portal.models import AuditEvent
from tests.factories import LotFactory, LotTakenFactory, SerumFactory, SessionFactory, SignedRecordFactory
from tests.treatments.sessions.conftest import LATER, start
from tests.treatments.sessions.recorded import complete, cream, cream_of, serum_of, write
from treatments.models import Lot, LotTaken, Product
from treatments.products.services import count_lot, finish_lot
from treatments.sessions.services import reopen_session
from treatments.sessions.services.materials import SerumUsed

earlier = import_module("treatments.migrations.0047_earlier_serums_were_counted_by_hand")


@pytest.fixture
def gel(ready):
    start(ready)
    return serum_of(ready.clinic)


def lot(product, number="S1", stock=5):
    return LotFactory(product=product, number=number, stock=stock)


def stock():
    return dict(Lot.objects.order_by("number").values_list("number", "stock"))


def moves():
    return list(AuditEvent.objects.filter(subject_type="lot").order_by("sequence").values_list("action", flat=True))


def used(product, *numbers):
    return {"serums": [SerumUsed(product, number) for number in numbers]}


def test_a_serum_takes_one_of_its_lot_and_saving_it_again_takes_no_other(ready, gel):
    lot(gel)
    write(ready, **used(gel, "S1"))
    write(ready, **used(gel, "s1"))
    assert (stock(), moves()) == ({"S1": 4}, ["lot.used"])


def test_two_of_one_lot_take_two_and_one_fewer_gives_one_back(ready, gel):
    lot(gel)
    write(ready, **used(gel, "S1", "S1"))
    assert stock() == {"S1": 3}
    write(ready, **used(gel, "S1"))
    assert (stock(), moves()) == ({"S1": 4}, ["lot.used", "lot.put_back"])


def test_another_lot_gives_the_first_one_back_and_none_at_all_gives_all_back(ready, gel):
    for number in ("S1", "S2"):
        lot(gel, number)
    write(ready, **used(gel, "S1"))
    write(ready, **used(gel, "S2"))
    assert stock() == {"S1": 5, "S2": 4}
    write(ready)
    assert (stock(), LotTaken.objects.count()) == ({"S1": 5, "S2": 5}, 0)


def test_what_is_not_on_the_list_is_not_counted(ready, gel):
    lot(gel)
    write(ready, **used(gel, "ELSEWHERE", ""))
    assert (stock(), moves()) == ({"S1": 5}, [])


def test_a_cream_is_counted_by_hand_unless_it_is_said_otherwise_and_a_serum_the_other_way_round(ready, gel):
    numb = cream_of(ready.clinic)
    for product, number in ((numb, "C1"), (gel, "S1")):
        lot(product, number)
    both = {"creams": [cream(numb, lot="C1")]} | used(gel, "S1")
    write(ready, **both)
    assert stock() == {"C1": 5, "S1": 4}
    Product.objects.filter(pk=numb.pk).update(counting="use")
    Product.objects.filter(pk=gel.pk).update(counting="hand")
    write(ready, **both)
    assert stock() == {"C1": 4, "S1": 5}


def test_a_count_that_was_too_low_stops_at_none_and_gives_back_only_what_was_there(ready, gel):
    shelf = lot(gel, stock=1)
    write(ready, **used(gel, "S1", "S1"))
    assert stock() == {"S1": 0}
    count_lot(lot=shelf, stock=7, by=ready.by, at=LATER)  # a delivery; the two that were used are not in it
    write(ready, **used(gel, "S1", "S1"))
    assert stock() == {"S1": 7}
    write(ready, **used(gel))
    assert stock() == {"S1": 8}


def test_what_was_written_before_serums_were_counted_is_not_taken_again(ready, gel):
    shelf = lot(gel)
    signed = SessionFactory(plan=ready.plan, number=2, ended_at=LATER)
    for session in (ready.session, signed):
        SerumFactory(session=session, product=gel, lot=shelf, lot_number="S1")
    SignedRecordFactory(session=signed)
    earlier.note(apps, None)
    earlier.note(apps, None)  # after a step back
    assert list(LotTaken.objects.values_list("session", "lot", "used", "taken")) == [(ready.session.pk, shelf.pk, 1, 0)]
    write(ready, **used(gel, "S1"))
    assert stock() == {"S1": 5}
    write(ready, **used(gel, "S1", "S1"))
    assert stock() == {"S1": 4}


def test_nothing_goes_back_into_a_lot_that_is_finished(ready, gel):
    shelf = lot(gel)
    write(ready, **used(gel, "S1"))
    finish_lot(lot=shelf, by=ready.by, at=LATER)
    write(ready)
    assert stock() == {"S1": 0}


def test_a_session_that_is_completed_reopened_and_completed_again_has_used_its_serum_once(ready, gel):
    lot(gel)
    write(ready, **used(gel, "S1"))
    complete(ready)
    reopen_session(session=ready.session, reason="Depth", by=ready.by, at=LATER)
    write(ready, **used(gel, "S1"))
    assert stock()["S1"] == 4


def test_the_database_refuses_less_than_none_and_more_taken_than_used(ready, gel):
    shelf = lot(gel)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE treatments_lot SET stock = stock - 6")
    for nonsense in ({"used": 0, "taken": 0}, {"used": 1, "taken": 2}):
        with pytest.raises(IntegrityError), transaction.atomic():
            LotTakenFactory(session=ready.session, lot=shelf, **nonsense)
    LotTakenFactory(session=ready.session, lot=shelf)
    with pytest.raises(IntegrityError), transaction.atomic():
        LotTakenFactory(session=ready.session, lot=shelf)


@pytest.mark.parametrize(("kind", "counting"), [("cartridge", "hand"), ("part", "use"), ("serum", "tube")])
def test_the_database_refuses_a_way_of_counting_that_cannot_be(ready, kind, counting):
    product = serum_of(ready.clinic, kind=kind, open_channels=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        Product.objects.filter(pk=product.pk).update(counting=counting)


def test_the_lots_page_and_the_count_page_say_how_it_is_counted(ready, gel, signed_in):
    browser, numb = signed_in(ready.member), cream_of(ready.clinic)
    pages = [f"/admin/treatments/lot/{lot(product, number).pk}/" for product, number in ((gel, "S1"), (numb, "C1"))]
    said = [
        ("One for each use", "A session takes away what it used"),
        ("By hand, when a pack", "A pack serves several"),
    ]
    for page, words in zip(pages, said, strict=True):
        shown = [browser.get(f"{page}{verb}").text for verb in ("", "count/")]
        assert [word in text for word, text in zip(words, shown, strict=True)] == [True, True]


def test_the_form_of_a_product_explains_a_way_of_counting_that_cannot_be(ready, signed_in):
    add, said = "/admin/treatments/product/add/", {"name": "Twelve", "maker": "Maker", "low_stock": "5"}
    browser = signed_in(ready.member)
    page = browser.post(add, said | {"kind": "cartridge", "counting": "hand"}).text
    assert "Cartridges leave the stock when a session is completed." in page
    assert "Sessions do not name this kind" in browser.post(add, said | {"kind": "part", "counting": "use"}).text
    assert browser.post(add, said | {"kind": "serum", "counting": "hand"}).status_code == 302
    assert [one.counted_by_use for one in Product.objects.filter(name="Twelve")] == [False]
