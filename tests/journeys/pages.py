"""Words for what a person does in the browser."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.site import PATIENCE

# No rule that runs reads the style sheets; axe would fetch them all again. What plays is loaded, as always.
AXE_OPTIONS = {"resultTypes": ["violations"], "preload": {"assets": ["media"]}}
expect.set_options(timeout=PATIENCE * 1000)
WIDTHS = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}


def open_window(browser: Browser, **how) -> Page:
    """A page in a browser of its own, with a busy machine's patience; closing its context closes it."""
    context = browser.new_context(locale="en-GB", **how)
    context.set_default_timeout(PATIENCE * 1000)
    return context.new_page()


def sign_in(page: Page, url: str, email: str, password: str) -> None:
    page.goto(f"{url}/admin/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(password)
    follow(page.get_by_role("button", name="Sign in"))
    page.get_by_role("heading", name="Today", level=1).wait_for()


def follow(what: Locator) -> None:
    """Click, and go on only once the page that it leads to is there: a click alone waits for no answer."""
    with what.page.expect_navigation():
        what.click()


def go_back(page: Page, to: str) -> None:
    """Back as a person goes back, to such an address; asked from inside, so that no page is in the way that leaves."""
    page.wait_for_load_state()
    page.evaluate("() => { setTimeout(() => history.back()) }")  # answers first, for the page does not outlive it
    page.wait_for_url(to)


def axe_findings(page: Page) -> list[str]:
    """What axe finds on the page, as lines; empty is right."""
    page.examined = True  # axe tries inline styles of its own, which the policy stops: from here on nothing is ours
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate("options => axe.run(options).then(({ violations }) => violations)", AXE_OPTIONS)
    return [f"{page.url}: {one['id']}: {node['target']}" for one in found for node in one["nodes"]]


def overflow(page: Page) -> list[str]:
    """A page that is wider than the window makes a phone scroll sideways."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"{page.url}: {wide} px wider than the window"] if wide > 1 else []


HARMLESS = ("no", "none", "never")


def fill_in_form(client: Page, *, born: str, look=lambda _page: None, typed: dict[str, str] | None = None) -> None:
    """From the first page to the check page, in any language: harmless answers, but for `typed` (question: value)."""
    follow(client.locator("#go-on"))
    client.wait_for_url("**/part/**")
    while "/check/" not in client.url:
        look(client)
        fill_in_part(client, born=born, typed=typed or {})
        follow(client.locator("button[name=go]"))


def fill_in_part(client: Page, *, born: str, typed: dict[str, str]) -> None:
    """Answer what is asked on one page; each date that is asked for is not known."""
    if client.locator("input[name=date_of_birth]").count():
        client.locator("input[name=date_of_birth]").fill(born)
    for group in client.locator("fieldset:has(input[type=radio])").all():
        if group.is_visible():
            key = (group.get_attribute("id") or "").removeprefix("div_id_")
            choose(group, *([typed[key]] if key in typed else []), *HARMLESS)
    for tick in client.locator("input[name$=_date_unsure]").all():
        if tick.is_visible():
            tick.check()


def choose(group, *values: str) -> None:
    """The first of these values that the question offers, else its first."""
    for value in values:
        radio = group.locator(f'input[type=radio][value="{value}"]')
        if radio.count():
            radio.check()
            return
    group.locator("input[type=radio]").first.check()


def sign_form(client: Page, *, name: str) -> None:
    """The statement of truth, the name, and the button that sends it."""
    client.locator("input[name=statement]").check()
    client.locator("input[name=signed_name]").fill(name)
    follow(client.locator("button[name=go][value=send]"))
