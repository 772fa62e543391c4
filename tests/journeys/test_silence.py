"""Something is due and nothing leaves: Today is red for everybody, and says whom to tell."""

import pytest
from playwright.sync_api import Page

from tests.journeys.pages import WIDTHS, axe_findings, overflow, sign_in
from tests.journeys.site import Site, wait_for

pytestmark = pytest.mark.browser

# An email that the mail server put off: it should have left an hour ago, and is tried again in an hour.
FAR_OFF = (
    "SELECT id, due_at, next_try_at, attempts FROM clients_message"
    " WHERE state = 'scheduled' AND attempts = 0 ORDER BY due_at DESC LIMIT 1"
)
PUT_OFF = (
    "UPDATE clients_message SET attempts = 1, due_at = datetime('now', '-1 hour'),"
    " next_try_at = datetime('now', '+1 hour') WHERE id = ?"
)
PUT_BACK = "UPDATE clients_message SET due_at = ?, next_try_at = ?, attempts = ? WHERE id = ?"
NOTHING_LEFT = "UPDATE clients_officestate SET last_sent_at = datetime('now', '-1 hour')"
TELL_THE_OWNER = "Tell Maya Lindqvist or whoever looks after the portal."


@pytest.fixture
def silent(site: Site):
    """One email waits; afterwards it is due when it was."""
    pk, *before = site.ask(FAR_OFF)[0]
    site.execute(PUT_OFF, pk)
    yield site
    site.execute(PUT_BACK, *before, pk)


def red(site: Site, page: Page) -> bool:
    """Whether Today is red. The demo's own emails may leave meanwhile, and then it is not: so that is undone again."""
    site.execute(NOTHING_LEFT)
    page.goto(f"{site.url}/admin/")
    return page.locator("#silence").is_visible()


@pytest.mark.parametrize(
    ("who", "says"),
    [
        ("maya", ("Tell whoever looks after the portal.", "Call clients who cannot wait.")),
        ("tomas", (TELL_THE_OWNER, "Call clients who cannot wait.")),
        ("priya", (TELL_THE_OWNER, "on the clinic’s tablet")),
    ],
)
def test_today_is_red_and_legible_at_both_widths(silent: Site, page: Page, who: str, says: tuple[str, ...]):
    sign_in(page, silent.url, f"{who}@linden.example", "needle-and-linden")
    for size in WIDTHS.values():
        page.set_viewport_size(size)
        wait_for(lambda: red(silent, page), what="Today to be red")
        shown = page.locator("#silence").inner_text()
        assert [words in shown for words in ("No emails are leaving.", *says)] == [True] * 3
        assert (axe_findings(page), overflow(page)) == ([], [])
    page.locator("#silence").get_by_role("link", name="See the messages").click()
    page.get_by_role("heading", name="Messages", level=1).wait_for()
