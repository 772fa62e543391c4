"""The strip through time on a client's page."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import (
    NOON,
    ClientFactory,
    ConsentFactory,
    ConsentRequestFactory,
    PhotographFactory,
    PlanFactory,
    SessionFactory,
)


@pytest.fixture
def session(clinic, practitioner):
    plan = PlanFactory(client=ClientFactory(clinic=clinic), practitioner=practitioner)
    return SessionFactory(plan=plan, number=1, ended_at=NOON)


def agrees(session, **said):
    request = ConsentRequestFactory(client=session.client, practitioner=session.practitioner)
    return ConsentFactory(request=request, **{"state": "signed"} | said)


def page_of(browser, session):
    return browser.get(f"/admin/client/{session.client_id}/")


def photograph(session, day, **said):
    return PhotographFactory(
        session=session, added_by=session.practitioner.user, taken_at=NOON + timedelta(days=day), **said
    )


def test_the_view_with_most_is_shown_the_earliest_first(session, practitioner, signed_in):
    agrees(session)
    later, first, other = photograph(session, 2), photograph(session, 1), photograph(session, 0, view="left")
    page = page_of(signed_in(practitioner), session)
    strip, words = page.context["photographs"], page.content.decode()
    assert (strip.view, strip.row, strip.more) == ("front", [first, later], 1)
    assert (f"{first.pk}/thumbnail/" in words, f"{other.pk}/thumbnail/" in words, "see 1 more" in words) == (
        True, False, True,
    )  # fmt: skip


def test_without_consent_the_page_says_so(session, practitioner, signed_in):
    photograph(session, 0)
    agrees(session, state="withdrawn")
    words = page_of(signed_in(practitioner), session).content.decode()
    assert ("/thumbnail/" in words, "neither taken nor shown" in words) == (False, True)


def test_the_front_desk_sees_no_strip(session, front_desk, signed_in):
    agrees(session)
    photograph(session, 0)
    page = page_of(signed_in(front_desk), session)
    assert (page.context["photographs"], "thumbnail" in page.content.decode()) == (None, False)


def test_five_hundred_photographs_cost_no_more_queries_than_one(session, practitioner, signed_in):
    agrees(session)
    browser, counts = signed_in(practitioner), []
    for more in (1, 1, 500):
        for day in range(more):
            photograph(session, day)
        with CaptureQueriesContext(connection) as queries:
            page = page_of(browser, session)
        counts.append(len(queries))
    assert (counts[1], len(page.context["photographs"].row)) == (counts[2], 12)
