"""Today tells whoever treated of results on photographs that nobody has rated yet."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from portal.today.ratings import results_to_rate
from tests.factories import (
    NOON,
    ClientFactory,
    ConsentFactory,
    ConsentRequestFactory,
    DocumentFactory,
    MembershipFactory,
    PhotographFactory,
    PlanFactory,
    SessionFactory,
)
from treatments.models import Document
from treatments.outcomes.services import rate_photographs
from treatments.photos.services import remove_photograph

DAY = timedelta(days=1)


def photographed(practitioner, *, weeks=5, ago=2, goals=("pores",), views=("front",), agreed=True, now=NOON):
    """A session with its photographs before, and others so many weeks after it, which is so many days ago."""
    client, taken = ClientFactory(clinic=practitioner.clinic), now - ago * DAY
    plan = PlanFactory(client=client, practitioner=practitioner, goals=list(goals))
    session = SessionFactory(plan=plan, number=1, practitioner=practitioner, ended_at=taken - timedelta(weeks=weeks))
    if agreed:
        document = Document.objects.first() or DocumentFactory(clinic=practitioner.clinic)
        request = ConsentRequestFactory(client=client, practitioner=practitioner)
        ConsentFactory(request=request, document=document, state="signed")
    before = {"moment": "before", "taken_at": session.started_at, "added_at": session.started_at}
    for view in views:
        PhotographFactory(session=session, view=view, **before)
        PhotographFactory(session=session, view=view, moment="follow_up", taken_at=taken, added_at=taken)
    return session


def block(member):
    return results_to_rate(timezone.localtime(NOON), member.user)


def test_a_result_that_nobody_has_rated_stands_once_with_the_way_to_rate_it_until_it_is_rated(practitioner):
    session = photographed(practitioner, views=("front", "left"))
    before, after = session.photographs.filter(view="front").order_by("taken_at")
    (row,) = block(practitioner).rows
    assert (row.client, row.words, row.badge, row.url) == (
        str(session.client),
        "Session 1, photographed in week 5",
        "Waiting for 2 days",
        f"/admin/treatments/rating/add/?before={before.pk}&after={after.pk}",
    )
    rate_photographs(before=before, after=after, judged={"pores": "better"}, by=practitioner.user, at=NOON)
    assert block(practitioner) is None


def test_the_page_shows_it_to_who_may_rate(practitioner, front_desk, signed_in):
    photographed(practitioner, now=timezone.now())
    browser = signed_in(practitioner)
    page = browser.get("/admin/").text
    assert "Results to rate" in page
    assert (
        browser.get(re.search(r'href="(/admin/treatments/rating/add/[^"]+)', page)[1].replace("&amp;", "&")).status_code
        == 200
    )
    assert "Results to rate" not in signed_in(front_desk).get("/admin/").text


def test_a_later_photograph_is_to_be_rated_again(practitioner):
    session = photographed(practitioner, weeks=4, ago=9)
    before, after = session.photographs.order_by("taken_at")
    at = after.taken_at + DAY
    rate_photographs(before=before, after=after, judged={"pores": "better"}, by=practitioner.user, at=at)
    again = NOON - DAY
    PhotographFactory(session=session, moment="follow_up", taken_at=again, added_at=again)
    assert [row.words for row in block(practitioner).rows] == ["Session 1, photographed in week 5"]


@pytest.mark.parametrize(
    "but",
    [{"weeks": 2}, {"weeks": 10}, {"ago": 61}, {"goals": ()}, {"views": ()}, {"agreed": False}],
    ids=lambda but: next(iter(but)),
)
def test_nothing_else_is_to_be_rated(practitioner, but):
    photographed(practitioner, **but)
    assert block(practitioner) is None


def test_when_a_photograph_is_removed_it_is_gone(practitioner):
    before = photographed(practitioner).photographs.get(moment="before")
    remove_photograph(photograph=before, reason="Blurred", by=practitioner.user, at=NOON)
    assert block(practitioner) is None


def test_an_owner_sees_everybodys_and_others_their_own(practitioner, owner, clinic):
    photographed(practitioner)
    assert [bool(block(one)) for one in (practitioner, owner)] == [True, True]
    assert block(MembershipFactory(clinic=clinic, role="practitioner")) is None


def test_more_results_take_no_more_queries(practitioner, django_assert_num_queries):
    photographed(practitioner)
    block(practitioner)
    with django_assert_num_queries(2):
        block(practitioner)
    for _more in range(3):
        photographed(practitioner, views=("front", "left"))
    with django_assert_num_queries(2):
        assert block(practitioner).count == 4
