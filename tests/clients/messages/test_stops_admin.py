"""The practitioner's pages about stopped addresses."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from clients.models import Suppression
from tests.factories import ClientFactory, MessageFactory, SuppressionFactory

LIST = reverse("admin:clients_suppression_changelist")
WHY = {"why": "They have made room in their mailbox."}


def page(stop, verb="change"):
    return reverse(f"admin:clients_suppression_{verb}", args=[stop.pk])


@pytest.fixture
def person(clinic):
    return ClientFactory(clinic=clinic, first_name="Anna", last_name="Berg", email="anna@example.org")


@pytest.fixture
def stop(person):
    return SuppressionFactory(clinic=person.clinic, address=person.email, message=MessageFactory(client=person))


@pytest.fixture
def browser(signed_in, practitioner):
    return signed_in(practitioner)


def shown(browser, where):
    return browser.get(where).content.decode()


def test_the_list_says_which_whose_and_why(browser, stop):
    words = ("anna@example.org", "Anna Berg", "Emails to it bounced for good")
    assert [one in shown(browser, LIST) for one in words] == [True] * 3
    assert "anna@example.org" not in shown(browser, f"{LIST}?list=lifted")


def test_the_list_asks_the_database_as_often_for_three_as_for_one(browser, clinic):
    counts = []
    for _round in range(3):
        SuppressionFactory(clinic=clinic, message=MessageFactory(client=ClientFactory(clinic=clinic)))
        with CaptureQueriesContext(connection) as asked:
            browser.get(LIST)
        counts.append(len(asked))
    assert counts[1] == counts[2]


def test_its_page_leads_to_the_client_and_says_what_cures_it(browser, person, stop):
    words = ("Call the client, and correct the address", reverse("client_page", args=[person.pk]))
    assert [one in shown(browser, page(stop)) for one in words] == [True] * 2


def test_it_is_lifted_on_a_page_with_a_reason(browser, practitioner, stop):
    assert browser.post(page(stop, "lift"), {"why": " "}).status_code == 200
    assert Suppression.objects.in_force().count() == 1
    assert browser.post(page(stop, "lift"), WHY)["Location"] == page(stop)
    stop.refresh_from_db()
    assert (stop.lifted_by, stop.lifted_why) == (practitioner.user, WHY["why"])
    assert WHY["why"] in shown(browser, page(stop))
    assert "somebody has lifted it already" in shown(browser, page(stop, "lift"))


def test_the_front_desk_sees_it_and_does_not_lift_it(signed_in, front_desk, stop):
    browser = signed_in(front_desk)
    assert ("anna@example.org" in shown(browser, LIST), "Let emails go" in shown(browser, page(stop))) == (True, False)
    assert [browser.get(page(stop, "lift")).status_code, browser.post(page(stop, "lift"), WHY).status_code] == [403] * 2


def test_the_clients_page_and_today_say_so_until_the_address_is_corrected(browser, person, stop):
    today, client = "/admin/", reverse("client_page", args=[person.pk])
    correct = reverse("admin:clients_client_change", args=[person.pk])
    assert "Stopped: Emails to it bounced for good" in shown(browser, client)
    assert ("Clients whom no email reaches" in shown(browser, today), correct in shown(browser, today)) == (True, True)
    person.email = "new@example.org"
    person.save()
    assert "Stopped:" not in shown(browser, client)
    assert "Clients whom no email reaches" not in shown(browser, today)


def test_today_tells_of_a_complaint_for_a_fortnight(browser, clinic):
    for address, days in (("new@example.org", 1), ("old@example.org", 15)):
        ClientFactory(clinic=clinic, email=address)
        at = timezone.now() - timedelta(days=days)
        SuppressionFactory(clinic=clinic, address=address, because="complained", suppressed_at=at)
    assert [one in shown(browser, "/admin/") for one in ("new@example.org", "old@example.org")] == [True, False]
