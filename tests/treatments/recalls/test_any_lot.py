"""A recall finds a session by any lot that it names: cartridge, numbing cream, serum, signed or amended."""

import pytest
from django.urls import reverse

from tests.factories import NOON, NumbingCreamFactory, PlanFactory, SerumFactory, SessionFactory
from tests.treatments.sessions.conftest import ready_session
from tests.treatments.sessions.recorded import amend, sign, whole
from treatments.sessions.services.recalls import Recalled, take_report, touched_by, used_as


def numbered(clinic, factory, number, **facts):
    session = SessionFactory(plan=PlanFactory(clinic=clinic), ended_at=NOON)
    return factory(session=session, lot_number=number, **facts).session


def test_a_cream_and_a_serum_are_found_in_capitals_or_not(clinic):
    cream, serum = numbered(clinic, NumbingCreamFactory, "c44"), numbered(clinic, SerumFactory, "C44")
    numbered(clinic, SerumFactory, "C45")
    assert set(touched_by(Recalled("C44"))) == {cream, serum}


def test_with_a_gtin_creams_of_another_product_are_left_out(clinic):
    same = numbered(clinic, NumbingCreamFactory, "C44", product__gtin="09521000000025")
    unknown = numbered(clinic, SerumFactory, "C44")
    numbered(clinic, NumbingCreamFactory, "C44", product__gtin="09521000000032")
    assert set(touched_by(Recalled("C44", "09521000000025"))) == {same, unknown}


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("LOT-7", "cartridge, until amended"),
        ("LOT-8", "cartridge, as amended"),
        ("C1", "numbing cream Numb 4%"),
        ("S1", "serum Gel"),
    ],
)
def test_an_amended_lot_is_found_by_the_old_number_and_by_the_new(practitioner, signed_in, number, words):
    ready = whole(ready_session(practitioner, NOON))
    sign(ready)
    amend(ready, "lot", "LOT-8")
    lot = Recalled(number)
    assert [used_as(session, lot) for session in touched_by(lot)] == [words]
    shown = signed_in(practitioner).get(reverse("admin:treatments_recall_find"), {"lot": number}).content.decode()
    assert f'<td data-label="Used as">{words}</td>' in shown
    assert [line.used_as for line in take_report(lot=lot, clinic=ready.clinic, by=ready.by, at=NOON)] == [words]


@pytest.mark.parametrize("many", [1, 3])
def test_a_row_more_asks_no_more(clinic, django_assert_num_queries, many):
    for _ in range(many):
        numbered(clinic, NumbingCreamFactory, "C44")
    with django_assert_num_queries(6):
        assert len([used_as(session, Recalled("C44")) for session in touched_by(Recalled("C44"))]) == many
