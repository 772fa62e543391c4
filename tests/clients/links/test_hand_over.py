from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from clients.links.services import issue_link
from clients.models import ClientLink
from portal.models import AuditEvent
from tests.treatments.consents.rows import asked


@pytest.fixture
def rows(practitioner):
    return asked(practitioner, at=timezone.now(), by_email=False)


@pytest.fixture
def where(rows):
    return f"/admin/treatments/consentrequest/{rows.request.pk}/hand-over/"


def hand_over(browser, where, how):
    return browser.post(where, {"how": how})


def test_looking_at_the_three_ways_issues_nothing(where, practitioner, signed_in):
    page = signed_in(practitioner).get(where).content.decode()
    offered = [f'value="{how}"' in page for how in ("copied", "code", "tablet")]
    assert (offered, ClientLink.objects.count()) == ([True] * 3, 0)


@pytest.mark.parametrize(("how", "lasts"), [("copied", timedelta(days=30)), ("code", timedelta(days=1))])
def test_a_link_is_shown_once_opens_its_page_and_is_in_the_trail(where, rows, practitioner, signed_in, how, lasts):
    browser = signed_in(practitioner)
    page = hand_over(browser, where, how)
    link, event = ClientLink.objects.get(), AuditEvent.objects.get(action="clientlink.issued")
    assert (link.channel, link.expires_at - link.issued_at, event.subject_id, event.actor) == (
        how,
        lasts,
        link.pk,
        practitioner.user,
    )
    url = page.context["handed"].url
    token = url.split("/")[-2]
    assert (event.facts["channel"], token in str(event.facts), url in page.content.decode()) == (how, False, True)
    assert ("data:image/svg+xml" in page.content.decode()) == (how == "code")
    opened = Browser().get(url.removeprefix("http://testserver").replace("http://localhost:8000", ""))
    assert ("Your date of birth" in opened.content.decode(), token in browser.get(where).content.decode()) == (
        True,
        False,
    )


def test_a_tablet_goes_over_signed_out_with_a_short_link(where, rows, practitioner, signed_in):
    browser = signed_in(practitioner)
    browser.cookies["language"] = "de"
    response = hand_over(browser, where, "tablet")
    link = ClientLink.objects.get()
    opened = browser.get(response["Location"])
    assert (link.channel, link.expires_at - link.issued_at, opened.status_code) == ("tablet", timedelta(hours=2), 200)
    assert ("birth" in opened.content.decode(), 'lang="en"' in opened.content.decode()) == (False, True)
    closed = [browser.get(path) for path in ("/admin/", where, f"/admin/client/{rows.client.pk}/")]
    assert [answer.status_code for answer in closed] == [302] * 3
    assert {answer["Location"].split("?")[0] for answer in closed} == {"/admin/login/"}
    assert {answer["Cache-Control"] for answer in (opened, response, *closed)} <= {
        "no-store",
        "max-age=0, no-cache, no-store, must-revalidate, private",
    }


def test_the_page_on_a_tablet_leads_nowhere_but_to_itself(where, practitioner, signed_in):
    browser = signed_in(practitioner)
    address = hand_over(browser, where, "tablet")["Location"]
    page = browser.get(address).content.decode()
    hrefs = [part.split('"')[0] for part in page.split('href="')[1:]]
    leads = [href for href in hrefs if not href.startswith((address, "#", "/static/", "tel:", "?", "/clinic-colour/"))]
    assert leads == []


def test_the_next_hand_over_closes_what_the_client_before_had_open(where, practitioner, signed_in):
    browser = signed_in(practitioner)
    first = hand_over(browser, where, "tablet")["Location"]
    assert browser.get(first).status_code == 200
    browser.force_login(practitioner.user, backend="portal.practice.backends.PracticeBackend")
    second = hand_over(browser, where, "tablet")["Location"]
    assert [browser.get(first).status_code, browser.get(second).status_code] == [404, 200]


def test_the_next_hand_over_closes_the_pages_that_the_first_led_on_to(where, rows, practitioner, signed_in):
    browser, at = signed_in(practitioner), timezone.now()
    hand_over(browser, where, "tablet")
    further = {"client": rows.client, "purpose": "consent", "subject_id": rows.request.pk, "at": at}
    led_to = issue_link(**further, lasts=timedelta(hours=2), channel="tablet")
    at_home = issue_link(**further, lasts=timedelta(days=30))
    browser.force_login(practitioner.user, backend="portal.practice.backends.PracticeBackend")
    hand_over(browser, where, "tablet")
    assert [browser.get(f"/consent/{token}/").status_code for token in (led_to, at_home)] == [404, 200]


def test_an_archived_client_gets_no_link(where, rows, practitioner, signed_in):
    rows.client.archived_at = timezone.now()
    rows.client.save()
    page = hand_over(signed_in(practitioner), where, "tablet").content.decode()
    assert ("This client is archived" in page, ClientLink.objects.count()) == (True, 0)


@pytest.mark.parametrize("how", ["", "email", "fax"])
def test_there_are_three_ways_and_no_others(where, practitioner, signed_in, how):
    assert hand_over(signed_in(practitioner), where, how).status_code == 200
    assert ClientLink.objects.count() == 0
