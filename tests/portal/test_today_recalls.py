"""Today: recalls until they are closed."""

import pytest

from portal.today.recalls import open_recalls
from tests.factories import (
    NOON,
    LotFactory,
    MembershipFactory,
    MessageFactory,
    ProductFactory,
    RecallFactory,
    RecallNoticeFactory,
)

pytestmark = pytest.mark.django_db


def shown(now=NOON):
    block = open_recalls(now)
    return [(row.words, row.badge, row.urgent) for row in block.rows] if block else []


def recall(clinic, **more):
    return RecallFactory(lot=LotFactory(product=ProductFactory(clinic=clinic)), **more)


def sent(case, **more):
    notice = RecallNoticeFactory(recall=case, **more)
    notice.message = MessageFactory(client=notice.client, kind="recall_notice", key=f"n:{notice.pk}")
    notice.save()
    return notice


def test_nothing_is_said_while_none_is_open(clinic):
    assert shown() == []


def test_it_is_red_until_every_client_was_told(clinic):
    case = recall(clinic)
    first, second = sent(case), RecallNoticeFactory(recall=case)
    assert shown() == [("0 of 2 clients know of it. 1 still to be told.", "Tell clients", True)]
    second.reached_at, second.reached_how = NOON, "phone"
    second.reached_by = MembershipFactory(clinic=clinic).user
    second.save()
    assert shown() == [("1 of 2 clients know of it.", "Waits for word", False)]
    first.acknowledged_at = NOON
    first.save()
    assert shown() == [("2 of 2 clients know of it.", "To close", False)]


def test_the_block_stands_on_today_and_not_for_the_front_desk(clinic, practitioner, front_desk, signed_in):
    RecallNoticeFactory(recall=recall(clinic))
    pages = [signed_in(member).get("/admin/").content.decode() for member in (practitioner, front_desk)]
    assert ["1 still to be told" in page for page in pages] == [True, False]


def test_more_recalls_cost_no_more_queries(clinic, django_assert_num_queries):
    for many in (1, 2):
        for _ in range(many):
            RecallNoticeFactory(recall=recall(clinic))
        with django_assert_num_queries(1):
            assert len(shown()) == many * (many + 1) // 2
