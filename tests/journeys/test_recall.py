"""A recall from the lot to the closed case, in the browser: found, opened, sent, read by one, called, closed."""

import re

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import Page, expect

from clients.messages.delivery import drain
from tests.factories import NOON, ClientFactory, PlanFactory, ProductFactory, SessionFactory
from tests.journeys.pages import follow
from tests.journeys.test_review import enter, look
from treatments.models import Recall

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def touched(clinic, name, email):
    plan = PlanFactory(client=ClientFactory(clinic=clinic, first_name=name, last_name="Client", email=email))
    SessionFactory(plan=plan, ended_at=NOON, cartridge_lot="AB1")


def read_it(page: Page, address: str) -> None:
    """The client opens the link and says so."""
    page.goto(address)
    assert look(page) == []
    follow(page.get_by_role("button", name="I have read this"))
    expect(page.get_by_text("Thank you: you told us")).to_be_visible()


def test_from_the_lot_to_the_closed_case(live_server, clinic, practitioner, signed_in, page: Page):
    ProductFactory(clinic=clinic, name="Twelve")
    for name, email in (("Ada", "ada@example.org"), ("Nemo", "")):
        touched(clinic, name, email)
    enter(page, live_server.url, signed_in(practitioner))
    page.goto(f"{live_server.url}/admin/treatments/recall/find/?lot=ab1")
    expect(page.get_by_role("heading", name="2 sessions, 2 clients")).to_be_visible()
    page.get_by_label("Reason").fill("Not sterile")
    assert look(page) == []
    follow(page.get_by_role("button", name="Quarantine this lot and open the recall"))
    assert look(page) == []
    follow(page.get_by_role("link", name="Send the notices"))
    expect(page.get_by_text("1 email to leave at once.")).to_be_visible()
    follow(page.get_by_role("button", name="Send them now"))
    drain(worker="test", at=timezone.now)
    [letter] = mail.outbox
    read_it(page, live_server.url + re.search(r"/notice/\S+", letter.body)[0])
    page.goto(f"{live_server.url}/admin/treatments/recall/{Recall.objects.get().pk}/change/")
    follow(page.get_by_role("link", name="Note that they were reached"))
    page.get_by_label("How").select_option("phone")
    follow(page.get_by_role("button", name="Note it"))
    follow(page.get_by_role("link", name="Close the recall"))
    follow(page.get_by_role("button", name="Close it"))
    expect(page.get_by_text("Not reached: 0 of 2 clients.")).to_be_visible()
    assert look(page) == []
    with page.expect_download() as paper:
        page.get_by_role("button", name="Report (PDF)").click()
    assert paper.value.suggested_filename.endswith(".pdf")
