"""Nonsense that the database itself refuses."""

import pytest
from django.db import DataError, IntegrityError, connection, transaction

from tests.factories import NOON, LotFactory, MembershipFactory, ProductFactory
from treatments.models import Lot, Product

pytestmark = pytest.mark.django_db


def refused(row, **columns):
    """Whether plain SQL cannot write these columns into the row."""
    sets = ", ".join(f"{name} = %s" for name in columns)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE {row._meta.db_table} SET {sets} WHERE id = %s", [*columns.values(), row.pk])
    except (IntegrityError, DataError):
        return True
    return False


@pytest.mark.parametrize(
    "columns",
    [
        {"kind": "potion"},
        {"gtin": "09521234543214"},  # the last digit does not check
        {"gtin": "9521234543213"},  # thirteen digits
        {"gtin": "0952123454321X"},
        {"gtin": "              "},
        {"max_grams": 10},  # of a cartridge
        {"kind": "anaesthetic", "max_grams": 0},
        {"open_channels": True},
        {"low_stock": -1},
    ],
)
def test_a_product_that_cannot_be_is_refused(clinic, columns):
    product = ProductFactory(clinic=clinic)
    assert (refused(product, **columns), refused(product, name="Another")) == (True, False)


def test_limits_of_the_right_kind_and_a_gtin_that_checks_are_taken(clinic):
    product = ProductFactory(clinic=clinic)
    taken = [{"gtin": "09521234543213"}, {"gtin": ""}, {"kind": "anaesthetic", "max_grams": 60}]
    assert [refused(product, **columns) for columns in taken] == [False] * 3


@pytest.mark.parametrize(
    "columns",
    [
        {"state": "lost"},
        {"number": ""},
        {"stock": -1},
        {"state": "finished"},  # with ten left
        {"state": "quarantined"},  # by nobody, for nothing
        {"quarantine_reason": "A letter of the maker"},  # and open all the same
    ],
)
def test_a_lot_that_cannot_be_is_refused(clinic, columns):
    lot = LotFactory(product__clinic=clinic)
    assert (refused(lot, **columns), refused(lot, stock=3)) == (True, False)


def test_a_quarantined_lot_says_when_who_and_why(clinic):
    lot, by = LotFactory(product__clinic=clinic), MembershipFactory(clinic=clinic).user
    whole = {"state": "quarantined", "quarantined_at": NOON, "quarantined_by_id": by.pk, "quarantine_reason": "Letter"}
    lacking = [{name: value for name, value in whole.items() if name != left_out} for left_out in whole]
    assert ([refused(lot, **said) for said in lacking], refused(lot, **whole)) == ([True] * 4, False)


def test_a_lot_is_listed_once_for_a_product_in_capitals_or_not(clinic):
    lot = LotFactory(product__clinic=clinic, number="ab1")
    other = LotFactory(product=lot.product, number="AB2")
    LotFactory(product__clinic=clinic, number="AB1")
    assert (refused(other, number="AB1"), Lot.objects.numbered(" Ab1").count()) == (True, 2)


def test_a_gtin_is_listed_once_in_a_clinic(clinic):
    ProductFactory(clinic=clinic, gtin="09521234543213")
    assert refused(ProductFactory(clinic=clinic), gtin="09521234543213")
    assert not refused(ProductFactory(), gtin="09521234543213")
    assert Product.objects.count() == 2
