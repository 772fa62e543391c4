"""The chart pages of a client who has come for years ask as much as those of one who came once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import NOON
from tests.factories.charted import long_course


def queries_of(browser, where):
    browser.get(where)  # what is asked once and then remembered does not count
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(where).status_code == 200
    return [query["sql"] for query in queries]


@pytest.mark.parametrize("name", ["session", "client"])
def test_fifty_sessions_and_five_hundred_photographs_cost_no_more_queries(practitioner, signed_in, name):
    def address(session):
        return {
            "session": reverse("admin:treatments_session_change", args=[session.pk]),
            "client": reverse("client_page", args=[session.client_id]),
        }[name]

    short = long_course(practitioner, sessions=2, photographs=10, at=NOON)
    long = long_course(practitioner, sessions=50, photographs=500, at=NOON)
    browser = signed_in(practitioner)
    few, many = queries_of(browser, address(short)), queries_of(browser, address(long))
    assert len(many) == len(few), many
