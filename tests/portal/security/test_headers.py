"""What every page says about itself to the browser."""

import pytest
from django.test import Client as Browser

from tests.architecture.addresses import addresses
from tests.architecture.world import World

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
}
GUARDS = {
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}


WITH_CAMERA = "/admin/treatments/photograph/add/"


def devices_guarded(response):
    """Whether no page gets microphone or place, and only the one that takes photographs the camera."""
    said = response.headers.get("Permissions-Policy")
    none = "microphone=(), geolocation=()"
    with_camera = response.request["PATH_INFO"] == WITH_CAMERA and said == f"camera=(self), {none}"
    return with_camera or said == f"camera=(), {none}"


def unguarded(response):
    """The headers that are missing or different."""
    policy = {part.strip() for part in response.headers.get("Content-Security-Policy", "").split(";")}
    found = {name for name, value in GUARDS.items() if response.headers.get(name) != value}
    found |= {"Permissions-Policy"} if not devices_guarded(response) else set()
    found |= {"Content-Security-Policy"} if policy != POLICY else set()
    if "no-store" not in response.headers.get("Cache-Control", ""):
        found |= {"Cache-Control"}
    return found


@pytest.mark.parametrize("visitor", ["owner", "front_desk", "nobody"])
def test_every_page_is_guarded(db, visitor):
    ours, browser = World("Aardvarkish"), Browser()
    if visitor != "nobody":
        browser.force_login(ours.people[visitor].user)
    found = {address.path: unguarded(browser.get(address.path)) for address in addresses(ours)}
    assert {path: missing for path, missing in found.items() if missing} == {}


def test_error_pages_are_guarded_too(owner, signed_in):
    browser = signed_in(owner)
    strict = Browser(enforce_csrf_checks=True)
    answers = [
        browser.get("/nowhere/"),
        browser.get("/admin/portal/membership/999999/end/"),
        browser.get("/admin/clients/client/?nonsense__id__exact=1"),
        browser.get("/admin/portal/clinic/add/"),
        strict.post("/admin/login/", {"username": "a@example.org", "password": "x"}),
    ]
    assert [answer.status_code for answer in answers] == [404, 404, 400, 403, 403]
    assert [unguarded(answer) for answer in answers] == [set()] * 5


def test_a_page_for_another_host_is_not_served(db):
    assert Browser().get("/admin/login/", HTTP_HOST="evil.example").status_code == 400
