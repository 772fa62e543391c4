"""Words for what a person does in the browser."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

AXE = Axe()
WIDTHS = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}


def sign_in(page: Page, url: str, email: str, password: str) -> None:
    page.goto(f"{url}/admin/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Today", level=1).wait_for()


def axe_findings(page: Page) -> list[str]:
    """What axe finds on the page, as lines; empty is right."""
    page.examined = True  # axe tries inline styles of its own, which the policy stops: from here on nothing is ours
    found = AXE.run(page).response["violations"]
    return [f"{page.url}: {one['id']}: {node['target']}" for one in found for node in one["nodes"]]


def overflow(page: Page) -> list[str]:
    """A page that is wider than the window makes a phone scroll sideways."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"{page.url}: {wide} px wider than the window"] if wide > 1 else []
