"""Consent in a browser: on the clinic's tablet, and by a link on a phone without JavaScript."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.pages import axe_findings, follow, go_back, overflow, sign_in
from tests.journeys.site import Site, link_in, wait_for
from tests.journeys.test_the_whole_way import Phone

pytestmark = pytest.mark.browser

# Clients with a running plan of whom nothing waits for an answer, and whose address takes emails.
FREE = (
    "SELECT DISTINCT c.id, c.email, c.date_of_birth, c.first_name || ' ' || c.last_name FROM clients_client c"
    " JOIN treatments_plan p ON p.client_id = c.id AND p.state IN ('drafted', 'active')"
    " JOIN treatments_planzone z ON z.plan_id = p.id"
    " WHERE c.archived_at IS NULL AND c.email <> '' AND c.language = 'en' AND NOT EXISTS"
    " (SELECT 1 FROM treatments_consent t WHERE t.client_id = c.id AND t.state = 'asked')"
    " AND lower(c.email) NOT IN (SELECT address FROM clients_suppression) ORDER BY c.id"
)


def test_a_consent_is_signed_on_the_clinics_tablet(site: Site, page: Page):
    maya_signs_in(site, page)
    client, _email, _born, name = site.ask(FREE)[0]
    ask(site, page, client, "treatment", how="hand_over")
    follow(page.locator("button[name=how][value=tablet]"))
    asked = page.url
    nothing_else_opens(site, page, asked)
    page.goto(f"{asked}treatment/")
    assert (page.locator("#agree").is_disabled(), axe_findings(page)) == (True, [])
    page.goto(f"{asked}treatment/")
    write_initials_and_name(page, name)
    draw(page)
    follow(page.locator("#agree"))
    follow(page.locator(".hand-back a"))
    page.locator("[name=username]").fill("maya@linden.example")
    page.locator("[name=password]").fill("needle-and-linden")
    follow(page.locator("[type=submit]").last)
    follow(page.locator("a[href*='/admin/treatments/consent/']", has_text="Treatment").first)
    page.locator(".badge-ok", has_text="Signed").wait_for()
    assert page.locator("svg.drawn polyline").count() == 1
    copy = page.request.get(site.url + page.locator("a[href$='/copy/']").get_attribute("href"))
    assert (copy.headers["content-type"], copy.body()[:5]) == ("application/pdf", b"%PDF-")


def test_a_client_signs_declines_and_withdraws_on_a_phone_without_javascript(site: Site, page: Page):
    maya_signs_in(site, page)
    client, email, born, name = site.ask(FREE)[-1]
    before = len(site.mails_with(email, "/consent/"))
    ask(site, page, client, "treatment", "photo_teaching", how="email")
    mails = wait_for(lambda: site.mails_with(email, "/consent/")[before:], what="the request for consent")
    link = link_in(mails[-1], "/consent/")
    with Phone(page, link, script=False) as phone:
        phone.locator("[name=birth]").fill(str(born))
        follow(phone.locator("main [type=submit]"))
        assert overflow(phone) == []
        phone.goto(f"{link}treatment/")
        write_initials_and_name(phone, name)
        follow(phone.locator("[value=agree]"))
        assert states(site, client) == {"treatment": "signed", "photo_teaching": "asked"}
        phone.goto(f"{link}photo_teaching/")
        follow(phone.locator("[value=decline]"))
        assert states(site, client) == {"treatment": "signed", "photo_teaching": "refused"}
        phone.goto(f"{link}treatment/withdraw/")
        follow(phone.locator("main [type=submit]"))
    assert states(site, client) == {"treatment": "withdrawn", "photo_teaching": "refused"}
    page.goto(f"{site.url}/admin/treatments/consent/?state__exact=withdrawn")
    page.locator("#result_list .badge-bad").first.wait_for()


def maya_signs_in(site: Site, page: Page) -> None:
    sign_in(page, site.url, "maya@linden.example", "needle-and-linden")


def ask(site: Site, page: Page, client: int, *purposes: str, how: str) -> None:
    page.goto(f"{site.url}/admin/treatments/consentrequest/add/?client={client}")
    for box in page.locator("[name=purposes]").all():
        box.set_checked(box.get_attribute("value") in purposes)
    page.locator(f"[name=how][value={how}]").check()
    follow(page.locator(".action-form [type=submit]"))
    page.wait_for_url("**/consentrequest/*/*/")


def nothing_else_opens(site: Site, page: Page, asked: str) -> None:
    """The tablet shows the client's page; Back and the admin's addresses ask who is there."""
    go_back(page, "**/admin/login/**")
    page.goto(f"{site.url}/admin/")
    page.wait_for_url("**/admin/login/**")
    page.goto(asked)


def write_initials_and_name(page: Page, name: str) -> None:
    for box in page.locator("[name^=initials_]").all():
        box.fill("AB")
    page.locator("[name=signed_name]").fill(name)


def draw(page: Page) -> None:
    """One stroke with the mouse."""
    canvas = page.locator("canvas").first
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 40)
    page.mouse.down()
    for step in range(1, 10):
        page.mouse.move(box["x"] + 40 + 20 * step, box["y"] + 40 + 15 * (step % 3))
    page.mouse.up()
    expect(page.locator("[name=signature]")).to_have_value(re.compile(r"^\[\[\["))


def states(site: Site, client: int) -> dict[str, str]:
    """The newest consent of each purpose that the journey asked for."""
    rows = site.ask("SELECT purpose, state FROM treatments_consent WHERE client_id = ? ORDER BY id", client)
    return {purpose: state for purpose, state in rows if purpose in {"treatment", "photo_teaching"}}
