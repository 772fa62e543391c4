"""The client's form on a phone: with a script and without, closed and opened again, held against axe."""

from datetime import date

import pytest
from django.utils import timezone
from django_scopes import scope
from playwright.sync_api import Page, expect

from tests.factories import ClientFactory, ClinicFactory, MembershipFactory
from tests.journeys.conftest import watch
from tests.journeys.pages import (
    WIDTHS,
    axe_findings,
    choose,
    fill_in_form,
    follow,
    open_window,
    overflow,
    sign_form,
)
from tests.treatments.screening.filling import link_to
from tests.treatments.screening.rows import sent
from treatments.models import Screening

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BORN = "1985-05-17"


@pytest.fixture
def link(live_server) -> str:
    """A form that is out to a client."""
    with scope(clinic=(clinic := ClinicFactory())):
        client = ClientFactory(clinic=clinic, date_of_birth=date.fromisoformat(BORN))
        screening = sent(clinic, MembershipFactory(clinic=clinic), at=timezone.now(), client=client)
        return live_server.url + link_to(screening)


@pytest.fixture
def phones(chromium):
    """Opens phones, each a browser of its own, and closes them afterwards."""
    opened = []

    def phone(*, script: bool = True, cookies=None) -> Page:
        page = open_window(chromium, viewport=WIDTHS["phone"], java_script_enabled=script, storage_state=cookies)
        opened.append(page.context)
        page.troubles = watch(page)
        return page

    yield phone
    for context in opened:
        context.close()


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("script", [True, False], ids=["script", "bare"])
def test_the_whole_form_on_a_phone(phones, link: str, language: str, script: bool):
    client, findings = phones(script=script), []

    def look(page: Page) -> None:
        findings.extend(axe_findings(page) + overflow(page) if script else [])

    client.goto(f"{link}?language={language}")
    look(client)
    fill_in_form(client, born=BORN, look=look, typed={"filler": "yes"})
    look(client)
    sign_form(client, name=str(Screening._base_manager.select_related("client").get().client))
    look(client)
    screening = Screening._base_manager.get()
    assert (findings, client.troubles, client.locator("html").get_attribute("lang")) == ([], [], language)
    assert (screening.state, screening.language, screening.answers["filler_date"]) == ("submitted", language, "unsure")


def test_a_closed_phone_loses_nothing_and_another_one_asks_for_the_date_of_birth(phones, link: str):
    first = phones()
    first.goto(f"{link}part/allergies/")
    assert not first.locator("textarea[name=other_allergy_text]").is_visible()
    choose(first.locator("#div_id_other_allergy"), "yes")
    first.locator("textarea[name=other_allergy_text]").fill("Latex")
    expect(first.locator(".saved")).to_have_text("Saved")
    cookies = first.context.storage_state()
    first.close()

    again, other = phones(cookies=cookies), phones()
    for phone in (again, other):
        phone.goto(f"{link}part/allergies/")
    asked = [phone.locator("input[name=birth]").count() for phone in (again, other)]
    assert (asked, axe_findings(other)) == ([0, 1], [])
    other.locator("input[name=birth]").fill(BORN)
    follow(other.locator("main button[type=submit]"))
    texts = [phone.locator("textarea[name=other_allergy_text]").input_value() for phone in (again, other)]
    assert texts == ["Latex", "Latex"]
