"""A list answers what it offers itself; anything else is the 400 page, and nothing is ever a 500."""

import pytest
from django.contrib import admin
from django.test import Client as Browser
from django.urls import reverse

from tests.architecture.addresses import addresses
from tests.architecture.world import ROLES, World
from tests.factories import ClientFactory

LISTS = sorted(admin.site._registry, key=lambda model: model._meta.label)
ODD = ("²", "9" * 30, "%00", "one")
STARTING = ("/add/", "/send/", "/book/", "/invite/")
DATES = ("99999", "0001-01-01 00:00:00%2B14:00")
# Every name that a list reads itself, and one filter of each kind.
NAMES = ("p", "o", "e", "q", "_facets", "_to_field", "practitioner", "who", "what", "list", "when", "state__exact")
NAMES += ("scheduled_for__gte", "at__lt", "radio_frequency__exact", "ended_at__isempty", "date_of_birth__year")


@pytest.fixture
def ours(db):
    return World("Aardvarkish")


@pytest.fixture(params=ROLES)
def browser(request, ours):
    browser = Browser(raise_request_exception=False)
    browser.force_login(ours.people[request.param].user)
    return browser


def list_of(model):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def failing(browser, where):
    return [address for address in where if browser.get(address, follow=True).status_code >= 500]


def test_no_odd_question_breaks_a_list(browser, request):
    """The owner opens every list, and is asked everything; the others' columns and filters, each name once."""
    values = (*ODD, *DATES)
    asked = [f"{name}={value}" for name in NAMES for value in values] + ["%00=1", "²__exact=1"]
    if "owner" not in request.node.callspec.id:
        asked = [f"{name}={values[at % len(values)]}" for at, name in enumerate(NAMES)]
    asked += ["e=1&p=99&state__exact=x&scheduled_for__gte=no", "q=" + "a+" * 3000, "o=" + "0." * 3000]
    assert failing(browser, [f"{list_of(model)}?{query}" for model in LISTS for query in asked]) == []


def test_no_odd_id_breaks_a_page(browser, ours):
    rows = [list_of(model) for model in LISTS]
    odd = [f"{row}{value}/{verb}/" for row in rows for value in ODD for verb in ("change", "history", "delete")]
    starting = [address.path for address in addresses(ours) if address.path.endswith(STARTING)]
    odd += [f"{start}?{name}={value}" for start in starting for name in ("client", "plan") for value in ODD]
    assert failing(browser, odd) == []


@pytest.mark.parametrize(
    "query",
    [
        "notes__startswith=N",
        "notes__regex=^(a%2B)%2B$",
        "alerts=x",
        "clinic__id__exact=1",
        "date_of_birth__year=1985",
        "skin_type=II",
        "skin_type__in=I,II",
        "sessions__cartridge_lot__startswith=L",
        "q=%00",
    ],
)
def test_a_list_is_asked_only_what_it_offers(clinic, practitioner, signed_in, query):
    ClientFactory(clinic=clinic, notes="Nervous", skin_type="II", last_name="Canary")
    page = signed_in(practitioner).get(f"/admin/clients/client/?{query}")
    words = page.content.decode()
    assert (page.status_code, "We could not read that" in words, "Canary" in words) == (400, True, False)


def test_every_choice_that_a_list_offers_is_answered(browser, ours):
    pages = [(list_of(model), browser.get(list_of(model))) for model in LISTS]
    offered = [
        where + choice["query_string"]
        for where, page in pages
        if page.status_code == 200 and "cl" in page.context
        for spec in page.context["cl"].filter_specs
        for choice in spec.choices(page.context["cl"])
    ]
    assert [where for where in offered if browser.get(where).status_code != 200] == []
    assert len(offered) > 10


@pytest.mark.parametrize("query", ["kind=red_flag", "kind__startswith=red", "why__contains=skin", "recipient=clinic"])
def test_messages_are_not_sorted_out_by_what_they_are(front_desk, signed_in, query):
    assert signed_in(front_desk).get(f"/admin/clients/message/?{query}").status_code == 400


def test_a_page_too_far_leads_back_once(clinic, practitioner, signed_in):
    for _ in range(26):
        ClientFactory(clinic=clinic)
    browser = signed_in(practitioner)
    assert browser.get("/admin/clients/client/?p=9").url == "/admin/clients/client/?e=1"
    assert [browser.get(f"/admin/clients/client/?e=1{more}").status_code for more in ("", "&p=9")] == [200, 400]
