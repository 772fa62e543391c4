"""Today says which lots expire soon and of what little is left."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.today.stock import lots_and_stock
from tests.factories import ClinicFactory, LotFactory, ProductFactory

NOW = datetime(2026, 6, 1, 23, 30, tzinfo=ZoneInfo("Europe/London"))
ON = date(2026, 6, 1)

pytestmark = pytest.mark.django_db


def told():
    block = lots_and_stock(NOW)
    return [(row.client, row.badge, row.words) for row in block.rows] if block else None


def lot(clinic, days, **facts):
    product = ProductFactory(clinic=clinic, name=facts.pop("name", "Twelve"), low_stock=facts.pop("low", 0))
    return LotFactory(product=product, expires_on=ON + timedelta(days=days), **facts)


def test_nothing_is_said_while_all_is_well(clinic):
    lot(clinic, 31, stock=6, low=5)
    lot(ClinicFactory(), 1)
    ProductFactory(clinic=clinic, name="Never delivered")
    assert told() is None


def test_a_lot_is_told_of_thirty_days_before_it_expires_and_after(clinic):
    lot(clinic, 30, number="A", name="One")
    lot(clinic, -1, number="B", name="Two", low=0)
    lot(clinic, 5, number="C", name="Three", stock=0, state="finished")
    said = told()
    assert said[:2] == [
        ("Two, lot B", "Expired", "Expired on 31 May 2026, 10 left. Throw it away and finish the lot."),
        ("One, lot A", "Expires soon", "Expires on 1 Jul 2026, 10 left. Use it first."),
    ]
    # What has expired or is finished is not counted as left.
    assert [(name, badge) for name, badge, _ in said[2:]] == [("Three", "None left"), ("Two", "None left")]


def test_low_stock_counts_all_open_lots_of_a_product_together(clinic):
    first = lot(clinic, 100, stock=2, low=5)
    LotFactory(product=first.product, stock=3)
    assert told() == [("Twelve", "Low stock", "5 left in all open lots. Order more, or count again.")]
    LotFactory(product=first.product, stock=1)
    assert told() is None
    type(first.product).objects.update(low_stock=9, retired_on=ON)
    assert told() is None


def test_the_block_stands_on_today_and_not_for_the_front_desk(clinic, practitioner, front_desk, signed_in):
    lot(clinic, -3000, number="OLD9")
    assert "lot OLD9" in signed_in(practitioner).get("/admin/").content.decode()
    assert "lot OLD9" not in signed_in(front_desk).get("/admin/").content.decode()


def test_more_lots_cost_no_more_queries(clinic):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            lots_and_stock(NOW)
        return len(asked)

    lot(clinic, 1, stock=9)
    one = queries()
    for number in range(3):
        lot(clinic, number, name=f"More {number}", stock=9)
    assert (queries(), one) == (one, 4)
