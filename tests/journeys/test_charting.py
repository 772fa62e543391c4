"""A session is charted: on a tablet by tapping, and with the keyboard alone."""

from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.factories import AuthorisedZoneFactory
from tests.journeys.conftest import watch
from tests.journeys.pages import WIDTHS, axe_findings, follow, open_window, overflow
from tests.journeys.test_review import enter, look
from tests.treatments.sessions.conftest import ready_session, start
from treatments.models import ChartPoint, OffLabelUse, SessionZone

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TABLET = {"width": 820, "height": 1180}
ON_SCREEN = (
    "(svg, [x, y]) => { const at = new DOMPoint(x, y).matrixTransform(svg.getScreenCTM()); return [at.x, at.y]; }"
)


@pytest.fixture
def tablet(chromium):
    """A tablet held upright, touched with a finger; it fails the test on any console error."""
    page = open_window(chromium, viewport=TABLET, has_touch=True)
    page.troubles = watch(page)
    yield page
    page.context.close()
    assert page.troubles == []


def tap(page: Page, x: int, y: int) -> None:
    """Touch the drawing of the face at a place, in the drawing's own units."""
    face = page.locator("#chart-figures svg[data-drawing=face]")
    face.scroll_into_view_if_needed()
    page.touchscreen.tap(*face.evaluate(ON_SCREEN, [x, y]))


def write_down(page: Page, ready) -> None:
    """What is not of the chart."""
    page.locator("#id_device").select_option(str(ready.device.pk))
    page.locator("#id_cartridge_lot").fill("LOT-7")


def test_a_session_is_charted_on_a_tablet(live_server, practitioner, signed_in, tablet: Page):
    ready = ready_session(practitioner, timezone.now())
    AuthorisedZoneFactory(device=ready.device, zone="neck")
    enter(tablet, live_server.url, signed_in(practitioner))
    tablet.goto(f"{live_server.url}/admin/treatments/session/{ready.session.pk}/start/")
    follow(tablet.get_by_role("button", name="Start the session"))
    follow(tablet.get_by_role("link", name="Complete", exact=True))
    write_down(tablet, ready)
    taps_the_zones(tablet)
    notes_a_point(tablet)
    assert axe_findings(tablet) + overflow(tablet) == []
    follow(tablet.get_by_role("button", name="Complete the session"))
    tablet.get_by_label("I told the client that this is off label").check()
    tablet.get_by_label("I have checked this; complete anyway").check()
    follow(tablet.get_by_role("button", name="Complete the session"))
    shows_the_chart(tablet)


def taps_the_zones(tablet: Page) -> None:
    """A tap ticks the zone and opens its line, also of a zone that the plan does not name."""
    tap(tablet, 380, 480)
    expect(tablet.locator("#id_depth_cheeks")).to_be_focused()
    tablet.locator("#id_depth_cheeks").fill("1.25")
    tablet.locator("#id_passes_cheeks").fill("3")
    tablet.locator("#id_endpoint_cheeks").fill("Uniform pinpoint bleeding.")
    expect(tablet.locator("[data-depth-of=cheeks] text")).to_have_text("1.25")
    tap(tablet, 500, 645)
    expect(tablet.locator("#id_done_chin")).to_be_checked()
    tablet.locator("#id_done_chin").uncheck()


def notes_a_point(tablet: Page) -> None:
    """The place is tapped, then the note is written."""
    tablet.get_by_role("button", name="Note at a point").tap()
    tap(tablet, 390, 440)
    expect(tablet.locator("#id_point_note_1")).to_be_focused()
    tablet.locator("#id_point_note_1").fill("A small mole, left out")


def shows_the_chart(page: Page) -> None:
    """What was tapped and written is kept, and the session's page shows it."""
    zone, point = SessionZone.objects.get(), ChartPoint.objects.get()
    assert (zone.depth_mm, zone.passes, zone.endpoint) == (Decimal("1.25"), 3, "Uniform pinpoint bleeding.")
    assert (point.zone, abs(point.x - 390) < 4, abs(point.y - 440) < 4) == ("cheeks", True, True)
    assert OffLabelUse.objects.get().what == "Cheeks: the Pen is not authorised for this zone."
    expect(page.get_by_role("img", name="Cheeks 1.25 mm, 1 point with a note")).to_be_visible()
    expect(page.get_by_text("A small mole, left out")).to_be_visible()
    assert look(page) == []


def tab_to(page: Page, is_there: str) -> None:
    """Press Tab until the focus is where it should be."""
    for _ in range(120):
        if page.evaluate(f"() => {{ const at = document.activeElement; return {is_there}; }}"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard never reached {is_there}")


def test_a_session_is_charted_with_the_keyboard_alone(live_server, practitioner, signed_in, page: Page):
    ready = ready_session(practitioner, timezone.now())
    start(ready, timezone.now())
    enter(page, live_server.url, signed_in(practitioner))
    page.goto(f"{live_server.url}/admin/treatments/session/{ready.session.pk}/complete/")
    write_down(page, ready)
    tab_to(page, "at.id === 'place-point'")
    tab_to(page, "at.dataset.zone === 'cheeks'")
    page.keyboard.press("Enter")
    expect(page.locator("#id_depth_cheeks")).to_be_focused()
    page.keyboard.type("1.0")
    tab_to(page, "at.id === 'id_passes_cheeks'")
    page.keyboard.type("2")
    page.locator("#place-point").focus()
    page.keyboard.press("Space")
    tab_to(page, "at.dataset.zone === 'cheeks'")
    page.keyboard.press("Space")
    expect(page.locator("#id_point_note_1")).to_be_focused()
    page.keyboard.type("A small mole")
    tab_to(page, "at.type === 'submit' && at.textContent.includes('Complete')")
    follow(page.locator("button:focus"))
    zone, point = SessionZone.objects.get(), ChartPoint.objects.get()
    assert (zone.depth_mm, zone.passes) == (Decimal("1.00"), 2)
    assert (point.zone, point.x, point.y, point.note) == ("cheeks", 620, 450, "A small mole")
    page.set_viewport_size(WIDTHS["phone"])
    assert axe_findings(page) + overflow(page) == []
