"""A real portal and Debian's Chromium for browser journeys."""

import os
import shutil

import pytest
from playwright.sync_api import sync_playwright

from tests.journeys.pages import WIDTHS, open_window
from tests.journeys.site import PATIENCE, start_site, stop_site
from tests.treatments.sessions.conftest import begun  # noqa: F401  the same session that began an hour ago

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The whole portal, started once for the session by `manage.py run`, with the demo clinic."""
    site = start_site(tmp_path_factory.mktemp("site"))
    yield site
    stop_site(site)


@pytest.fixture(scope="session")
def chromium():
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing; .ci/run installs it.")
        pytest.skip("Chromium is missing; `apt-get install chromium` would let the browser journeys run.")
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser keeps an event loop in this process
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS, timeout=PATIENCE * 1000)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium):
    """A fresh browser window, 1280 px wide, that fails the test on any console error."""
    page = open_window(chromium, viewport=WIDTHS["desktop"])
    page.troubles = watch(page)
    yield page
    page.context.close()
    assert page.troubles == []


def watch(page) -> list[str]:
    """Collect what the console complains about: script errors, failed loads, Content-Security-Policy violations."""
    troubles: list[str] = []

    def complain(words: str) -> None:
        if not page.examined:
            troubles.append(f"{page.url}: {words}")

    def arrive(frame) -> None:
        page.examined = page.examined and frame != page.main_frame

    page.examined = False
    page.on("console", lambda said: complain(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complain(str(error)))
    page.on("framenavigated", arrive)
    return troubles
