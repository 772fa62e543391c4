"""A practitioner accepts a client against a finding, with a reason and a letter; the owner sees that it was done."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.factories import MembershipFactory
from tests.journeys.pages import WIDTHS, axe_findings, follow, overflow
from tests.treatments.screening.rows import submitted
from treatments.models import Decision

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

REASON = "Spoke with her GP: stopped for the day is fine."


def enter(page: Page, url: str, browser) -> None:
    """Sign the page in as Django's test browser is."""
    for name, morsel in browser.cookies.items():
        page.context.add_cookies([{"name": name, "value": morsel.value, "url": url}])


def look(page: Page) -> list[str]:
    """What is wrong with the page at both widths."""
    found = []
    for size in WIDTHS.values():
        page.set_viewport_size(size)
        found += axe_findings(page) + overflow(page)
    return found


def choose_letter(page: Page) -> None:
    """A file that is too large is refused at the field, and not kept; then one that is not."""
    letters = page.locator("[name=letters]")
    letters.set_input_files({"name": "scan.pdf", "mimeType": "application/pdf", "buffer": bytes(11 * 1024 * 1024)})
    expect(page.get_by_role("alert").filter(has_text="larger than 10 MB")).to_be_visible()
    assert letters.evaluate("box => box.files.length") == 0
    letters.set_input_files({"name": "letter.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 from her GP"})


def test_a_review_finding_is_accepted_with_reason_and_letter_and_the_owner_sees_it(
    live_server, clinic, practitioner, signed_in, page: Page
):
    screening = submitted(clinic, practitioner, at=timezone.now(), answers={"blood_thinners": "prescribed"})
    enter(page, live_server.url, signed_in(practitioner))
    page.goto(f"{live_server.url}/admin/treatments/screening/{screening.pk}/review/")
    expect(page.get_by_text("letter is needed")).to_be_visible()
    follow(page.get_by_role("link", name="Accept for treatment"))
    page.locator("[name=own_expectations][value=realistic]").check()
    follow(page.get_by_role("button", name="Accept"))
    expect(page.locator("#id_reason")).to_have_attribute("aria-invalid", "true")
    assert Decision.objects.count() == 0

    page.locator("[name=reason]").fill(REASON)
    page.locator("[name=conditions][value=letter]").check()
    choose_letter(page)
    follow(page.get_by_role("button", name="Accept"))
    decision = Decision.objects.get()
    assert (decision.reason, decision.letters.count()) == (REASON, 1)

    owner = MembershipFactory(clinic=clinic, role="owner")
    enter(page, live_server.url, signed_in(owner))
    page.goto(f"{live_server.url}/admin/treatments/screening/overrides/")
    expect(page.get_by_text(REASON)).to_be_visible()
    expect(page.get_by_text("1 of 1").first).to_be_visible()
    assert look(page) == []
