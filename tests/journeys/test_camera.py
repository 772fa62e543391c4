"""A photograph is taken with the tablet's camera, lined up by the earlier one; two are compared by keyboard."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import CHROMIUM, FLAGS, watch
from tests.journeys.pages import WIDTHS, axe_findings, follow, open_window, overflow
from tests.journeys.site import PATIENCE
from tests.journeys.test_review import enter, look
from tests.treatments.photos import conftest as rows
from treatments.models import Photograph

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

_files, session, consent, add = rows._files, rows.session, rows.consent, rows.add
FAKE_CAMERA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]


@pytest.fixture
def with_camera(chromium):
    """A window in a browser whose camera shows a test picture and is allowed."""
    browser = chromium.browser_type.launch(
        executable_path=CHROMIUM, args=[*FLAGS, *FAKE_CAMERA], timeout=PATIENCE * 1000
    )
    page = open_window(browser, viewport=WIDTHS["desktop"])
    page.troubles = watch(page)
    yield page
    browser.close()
    assert page.troubles == []


def address(live_server, session):
    return f"{live_server.url}/admin/treatments/photograph/add/?session={session.pk}&moment=follow_up&view=front"


def test_a_photograph_is_taken_by_keyboard_lined_up_and_used(
    live_server, session, add, practitioner, signed_in, with_camera: Page
):
    page, earlier = with_camera, add(moment="before", view="front")
    enter(page, live_server.url, signed_in(practitioner))
    page.goto(address(live_server, session))
    page.get_by_role("button", name="Open the camera").press("Enter")
    take = page.get_by_role("button", name="Take it now")
    expect(take).to_be_focused()
    overlay = page.locator("#camera img.earlier")
    expect(overlay).to_have_attribute("src", f"/admin/treatments/photograph/{earlier.pk}/picture/")
    expect(overlay).to_have_css("opacity", "0.35")
    page.get_by_label("How strongly the earlier photograph shows").press("ArrowRight")
    expect(overlay).to_have_css("opacity", "0.4")
    page.get_by_label("View").select_option("left")
    expect(overlay).to_be_hidden()
    expect(page.get_by_text("There is no earlier photograph of this view")).to_be_visible()
    page.get_by_label("View").select_option("front")
    assert look(page) == []
    take.press("Enter")
    expect(page.get_by_label("How strongly the earlier photograph shows")).to_be_hidden()
    page.get_by_role("button", name="Take it again").press("Enter")
    expect(take).to_be_focused()
    take.press("Enter")
    expect(page.get_by_role("button", name="Use this photograph")).to_be_focused()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_text("Front, follow-up is added.")).to_be_visible()
    kept = Photograph.objects.latest("pk")
    assert (kept.view, kept.moment, kept.added_by, kept.width > 300) == ("front", "follow_up", practitioner.user, True)


def test_a_camera_that_is_refused_says_so_and_a_file_still_does(
    live_server, session, consent, practitioner, signed_in, page: Page
):
    enter(page, live_server.url, signed_in(practitioner))
    page.goto(address(live_server, session))
    page.get_by_role("button", name="Open the camera").click()
    expect(page.get_by_text("choose a photograph below")).to_be_visible()
    expect(page.get_by_role("button", name="Open the camera")).to_be_focused()
    assert axe_findings(page) + overflow(page) == []


def test_two_are_compared_by_keyboard(live_server, session, add, practitioner, signed_in, page: Page):
    first, second = add(moment="before"), add(moment="follow_up", colour=(90, 60, 40))
    enter(page, live_server.url, signed_in(practitioner))
    page.goto(f"{live_server.url}/admin/treatments/photograph/client/{session.client_id}/")
    slider = page.get_by_label("How much of the first is shown")
    slider.focus()
    slider.press("Home")
    said = "0% Front, before, 1 Jun 2026, the rest Front, follow-up, 1 Jun 2026"
    expect(slider).to_have_attribute("aria-valuetext", said)
    slider.press("ArrowRight")
    assert slider.input_value() == "1"
    page.get_by_label("Second").select_option(str(first.pk))
    page.get_by_label("First", exact=True).select_option(str(second.pk))
    follow(page.get_by_role("button", name="Compare"))
    expect(page.locator(".side-by-side img").first).to_have_attribute("alt", "Front, follow-up, 1 Jun 2026")
    assert look(page) == []
