"""What a clinic does with its follow-ups, in a browser: the owner changes the schedule, a practitioner one client's."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page

from tests.journeys.pages import WIDTHS, axe_findings, follow, overflow, sign_in
from tests.journeys.seeds import discard_draft
from tests.journeys.site import Site, wait_for

pytestmark = pytest.mark.browser

PASSWORD = "needle-and-linden"
LONDON = ZoneInfo("Europe/London")
NAME, EMAIL = "Fatima Zahra Bennani", "zahra.b@postbox.example"  # treated today
# Treated ten days ago at 15:00: whatever the hour now, 18:30 is later, and week 4 is still to come.
EARLIER = "Henrik Sørensen"
OURS = "Hello {called}, four weeks are over: what do you see?"
LINE = "You did so well today. Ring me whenever you like."


def looks_right(page: Page) -> None:
    """No finding, and nothing to scroll sideways, at both widths."""
    for size in WIDTHS.values():
        page.set_viewport_size(size)
        assert (axe_findings(page), overflow(page)) == ([], [])
    page.set_viewport_size(WIDTHS["desktop"])


def test_the_owner_changes_the_schedule_and_moves_a_running_course(site: Site, page: Page):
    sign_in(page, site.url, "maya@linden.example", PASSWORD)
    follow(page.get_by_role("link", name="Care schedule", exact=True))
    discard_draft(page)
    follow(page.get_by_role("link", name="Begin a version"))
    follow(page.get_by_role("button", name="Begin"))
    follow(page.get_by_role("link", name="Change Week 4"))
    page.get_by_label("Hour of the day").fill("18:30")
    follow(page.get_by_role("button", name="Save"))
    page.get_by_text("hour “at 18:30” instead of “at the session’s hour”").wait_for()
    looks_right(page)
    draft = page.url
    write(site, page)
    page.goto(draft)
    publish(page)
    assert due(site, "henrik@sorensen.example", "week_4") == "18:30"
    page.goto(f"{site.url}/admin/clients/client/?q=Henrik")
    follow(page.get_by_role("link", name=EARLIER).first)
    page.get_by_text("18:30").first.wait_for()


def write(site: Site, page: Page) -> None:
    """Other words for week 4: refused, mended, read as the client, and tried."""
    follow(page.get_by_role("link", name="Read and write its emails"))
    follow(page.get_by_role("row", name="Week 4").get_by_role("link", name="English"))
    follow(page.get_by_role("link", name="Write", exact=True))
    page.get_by_label("Text").fill("Hello {nobody}")
    follow(page.get_by_role("button", name="Save and preview"))
    page.get_by_text("Line 1: {nobody}").first.wait_for()
    looks_right(page)
    page.get_by_label("Text").fill(OURS)
    follow(page.get_by_role("button", name="Save and preview"))
    page.get_by_label("Find a client").fill(EARLIER)
    follow(page.get_by_role("button", name="Find"))
    follow(page.get_by_role("link", name=EARLIER, exact=True))
    page.get_by_text("Hello Henrik, four weeks are over").wait_for()
    looks_right(page)
    follow(page.get_by_role("link", name="Send me a test"))
    follow(page.get_by_role("button", name="Send me a test"))
    assert "Hello Henrik" in site.mail("maya@linden.example", "^Test: ").get_body(("plain",)).get_content()


def publish(page: Page) -> None:
    """With a reason; of the running courses one moves."""
    follow(page.get_by_role("link", name="Preview and publish"))
    page.get_by_role("row", name=EARLIER).get_by_text("18:30").wait_for()
    looks_right(page)
    page.get_by_label("Why it changes").fill("In the evening people have time to look.")
    page.get_by_label("Those chosen below move to it").check()
    page.get_by_label(re.compile(f"^{EARLIER}, ")).check()
    follow(page.get_by_role("button", name="Publish it"))
    page.get_by_text("1 running course moved to it.").wait_for()


def due(site: Site, email: str, step: str) -> str:
    """At which hour, in London as in the demo clinic, that step of the client’s last session leaves now."""
    [(at,)] = site.ask(
        "SELECT f.due_at FROM treatments_followup f JOIN clients_client c ON c.id = f.client_id"
        " WHERE c.email = ? AND f.step = ? ORDER BY f.due_at DESC LIMIT 1",
        email,
        step,
    )
    return datetime.fromisoformat(f"{at}+00:00").astimezone(LONDON).strftime("%H:%M")


def test_a_practitioner_foresees_moves_and_reads_a_clients_emails(site: Site, page: Page):
    sign_in(page, site.url, "tomas@linden.example", PASSWORD)
    follow(page.get_by_role("link", name="Messages", exact=True))
    follow(page.get_by_role("link", name="Forecast"))
    row = page.get_by_role("row", name=re.compile(f"{NAME}.*Day 1"))
    row.get_by_text("Without an answer one reminder leaves on").wait_for()
    looks_right(page)
    follow(row.get_by_role("link", name=NAME))
    delay(page, "Day 3")
    send_now_with_a_line(page, "Day 1")
    assert LINE in site.mail(EMAIL, "How are you today").get_body(("plain",)).get_content()
    wait_for(lambda: page.reload() and page.locator(".lead", has_text="Sent").count(), what="the log to say so")
    page.locator(".letter", has_text=LINE).wait_for()
    looks_right(page)
    follow(page.get_by_role("link", name=NAME).first)
    follow(page.get_by_role("link", name="All emails of Zahra"))
    page.get_by_role("row", name=re.compile(f"{NAME}.*Day 1.*Sent")).wait_for()
    looks_right(page)


def verb(page: Page, step: str, word: str) -> None:
    """Something to do with an email that is to come, from the client's page."""
    line = page.get_by_role("listitem").filter(has=page.get_by_role("link", name=f"Follow-up: {step}", exact=False))
    line.locator("summary").first.click()
    follow(line.get_by_role("link", name=word).first)


def delay(page: Page, step: str) -> None:
    """An hour later than it is to leave."""
    verb(page, step, "Other time")
    box = page.get_by_label("Date and time")
    then = datetime.fromisoformat(box.input_value()) + timedelta(hours=1)
    box.fill(then.isoformat(timespec="minutes"))
    follow(page.get_by_role("button", name="Change the time"))
    page.get_by_text(f"“{step}” leaves on {then:%-d %b %Y, %H:%M}.").wait_for()
    follow(page.get_by_role("link", name=NAME).first)


def send_now_with_a_line(page: Page, step: str) -> None:
    """A personal line first."""
    verb(page, step, "Personal line")
    looks_right(page)
    page.get_by_label("Personal line").fill(LINE)
    follow(page.get_by_role("button", name="Keep this line"))
    follow(page.get_by_role("link", name="Send now"))
    follow(page.get_by_role("button", name="Send now"))
    page.get_by_text("It leaves within a minute").wait_for()
