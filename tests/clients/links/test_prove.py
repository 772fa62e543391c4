from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from clients.links.services import issue_link, revoke_links
from clients.links.terms import Purpose
from clients.models import ClientLink
from tests.treatments.consents.rows import asked

RIGHT, WRONG = {"birth": "1985-05-17"}, {"birth": "1985-05-18"}


@pytest.fixture
def rows(practitioner):
    return asked(practitioner, at=timezone.now(), by_email=False)


def token_for(rows, purpose="consent", subject_id=None, lasts=timedelta(days=1), at=None):
    return issue_link(
        client=rows.client,
        purpose=purpose,
        subject_id=subject_id or rows.request.pk,
        at=at or timezone.now(),
        lasts=lasts,
    )


def test_the_right_date_opens_the_page_in_this_browser_only(rows):
    where, browser = f"/consent/{token_for(rows)}/", Browser()
    assert browser.post(where, RIGHT)["Location"] == where
    shown = ["Read and decide" in one.get(where).content.decode() for one in (browser, Browser())]
    assert shown == [True, False]


def test_five_wrong_dates_close_the_page_and_the_right_one_is_too_late(rows):
    where = f"/consent/{token_for(rows)}/"
    tries = [Browser().post(where, WRONG).content.decode() for _ in range(5)]
    late = Browser().post(where, RIGHT)
    assert ["This is not the date we have" in page for page in tries[:4]] == [True] * 4
    assert ("did not match several times" in tries[4], "did not match several times" in late.content.decode()) == (
        True,
        True,
    )
    assert ClientLink.objects.get().wrong_births == 5


def test_a_right_date_costs_no_try(rows):
    where = f"/consent/{token_for(rows)}/"
    for _ in range(7):
        assert Browser().post(where, RIGHT).status_code == 302
    assert ClientLink.objects.get().wrong_births == 0


def test_the_proof_belongs_to_the_link_not_to_the_browser(rows):
    first, second = (f"/consent/{token_for(rows)}/" for _ in range(2))
    browser = Browser()
    browser.post(first, RIGHT)
    [name] = [name for name in browser.cookies if name.startswith("proven_")]
    other = ClientLink.objects.order_by("pk").last()
    browser.cookies[f"proven_{other.pk}"] = browser.cookies[name].value  # as somebody might try
    shown = ["Read and decide" in browser.get(where).content.decode() for where in (first, second)]
    assert shown == [True, False]


def test_a_forged_proof_counts_for_nothing(rows):
    where, browser = f"/consent/{token_for(rows)}/", Browser()
    link = ClientLink.objects.get()
    browser.cookies[f"proven_{link.pk}"] = link.token_hash
    assert "Read and decide" not in browser.get(where).content.decode()


DOORS = {
    Purpose.SCREENING: "screening",
    Purpose.CONSENT: "consent",
    Purpose.CONFIRMATION: "confirm",
    Purpose.FOLLOW_UP: "follow-up",
    Purpose.RECALL: "notice",
}


@pytest.mark.parametrize("purpose", DOORS)
def test_a_link_opens_no_other_purposes_door(rows, purpose):
    token = token_for(rows, purpose=purpose)
    others = [door for one, door in DOORS.items() if one != purpose]
    answers = [Browser().get(f"/{door}/{token}/") for door in others]
    assert {answer.status_code for answer in answers} == {404}


def test_a_link_of_one_client_opens_nothing_of_another(rows, practitioner):
    other = asked(practitioner, at=timezone.now(), by_email=False)
    crossed = token_for(rows, subject_id=other.request.pk)
    browser = Browser()
    assert [browser.get(f"/consent/{crossed}/{path}").status_code for path in ("", "treatment/")] == [404, 404]


def test_whatever_does_not_open_looks_the_same(rows):
    revoked = token_for(rows)
    revoke_links(client_id=rows.client.pk, purpose=Purpose.CONSENT, subject_id=rows.request.pk, at=timezone.now())
    expired = token_for(rows, at=timezone.now() - timedelta(days=2))
    crossed = token_for(rows, purpose=Purpose.SCREENING)
    pages = [Browser().get(f"/consent/{token}/") for token in (revoked, expired, crossed, "x" * 43)]
    shown = {page.content.decode().replace(page.wsgi_request.path, "") for page in pages}
    assert ({page.status_code for page in pages}, len(shown)) == ({404}, 1)
