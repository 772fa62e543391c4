"""How long somebody stays signed in."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from portal.models import AuditEvent
from portal.practice.services import end_membership
from portal.security.middleware import LONG_DAY, PAUSED
from tests.factories import (
    NOON,
    PASSWORD,
    ClientFactory,
    MembershipFactory,
    PlanFactory,
    PlanZoneFactory,
    SessionFactory,
)
from treatments.models import Plan

PAGE = "/admin/portal/clinic/"
URLENCODED = "application/x-www-form-urlencoded"  # as a browser sends a form without files
CANARY = {"first_name": "Quokka", "last_name": "Lind", "date_of_birth": "1985-05-17"}


@pytest.fixture
def clock(monkeypatch):
    """clock(seconds) lets time pass for the middleware."""
    start = timezone.now()

    def move(seconds):
        monkeypatch.setattr("portal.security.middleware.timezone.now", lambda: start + timedelta(seconds=seconds))

    return move


def still_in(browser):
    return browser.get(PAGE).status_code == 200


def test_a_pause_signs_out_and_says_so_kindly(owner, signed_in, clock, settings):
    browser = signed_in(owner)
    assert still_in(browser)
    clock(settings.IDLE_SIGN_OUT_SECONDS - 1)
    assert still_in(browser)
    clock(2 * settings.IDLE_SIGN_OUT_SECONDS)
    page = browser.get(PAGE, follow=True)
    assert page.redirect_chain == [(f"/admin/login/?next={PAGE}", 302)]
    assert [str(message) for message in page.context["messages"]] == [PAUSED]


def plan_of(owner):
    return reverse("admin:treatments_plan_stop", args=[PlanFactory(client__clinic=owner.clinic, state="active").pk])


def sent_too_late(browser, page, clock, settings, typed="reason=Moved+to+Leeds"):
    """Somebody writes, is called away, and sends it after the pause."""
    browser.get(page)
    clock(2 * settings.IDLE_SIGN_OUT_SECONDS)
    return browser.post(page, typed, content_type=URLENCODED).headers["Location"]


def comes_back(browser, user, address):
    browser.post(address, {"username": user.email, "password": PASSWORD})


def test_what_was_sent_after_the_pause_is_in_the_form_again_and_not_saved(owner, signed_in, clock, settings):
    browser, page = signed_in(owner), plan_of(owner)
    comes_back(browser, owner.user, sent_too_late(browser, page, clock, settings))
    shown = browser.get(page)
    assert shown.context["form"]["reason"].value() == "Moved to Leeds"
    assert "What you wrote is here again; nothing is saved yet." in shown.content.decode()
    assert (Plan.objects.get().state, browser.get(page).context["form"]["reason"].value()) == ("active", None)


def test_nobody_else_on_that_browser_sees_what_was_sent(owner, practitioner, signed_in, clock, settings):
    browser, page = signed_in(owner), plan_of(owner)
    address = sent_too_late(browser, page, clock, settings)
    comes_back(browser, practitioner.user, address)
    assert browser.get(page).context["form"]["reason"].value() is None
    assert "Moved to Leeds" not in str(dict(browser.session))


def pages_with_a_form(clinic):
    """Django's own pages, and pages of ours in their place; each with a field of words."""
    client = ClientFactory(clinic=clinic)
    plan = PlanZoneFactory(plan=PlanFactory(client=client, state="active")).plan
    SessionFactory(plan=plan, ended_at=NOON)
    return {
        "new client": ("/admin/clients/client/add/", "first_name"),
        "client": (f"/admin/clients/client/{client.pk}/change/", "first_name"),
        "new plan": (f"/admin/treatments/plan/add/?client={client.pk}", "price_note"),
        "plan": (f"/admin/treatments/plan/{plan.pk}/edit/", "price_note"),
        "new case": (f"/admin/treatments/case/add/?client={client.pk}", "words"),
    }


@pytest.mark.parametrize("name", ["new client", "client", "new plan", "plan", "new case"])
def test_every_page_with_words_gives_them_back_once_and_saves_nothing(name, practitioner, signed_in, clock, settings):
    browser = signed_in(practitioner)
    page, field = pages_with_a_form(practitioner.clinic)[name]
    before = AuditEvent.objects.count()
    comes_back(browser, practitioner.user, sent_too_late(browser, page, clock, settings, f"{field}=Quokka"))
    again, once = (browser.get(page).content.decode() for _each in range(2))
    assert ("Quokka" in again, "nothing is saved yet" in again, "Quokka" in once) == (True, True, False)
    assert AuditEvent.objects.count() == before + 1  # signed in


def test_a_page_that_would_not_give_it_back_keeps_nothing(owner, signed_in, clock, settings):
    browser, page = signed_in(owner), plan_of(owner)
    sent_too_late(browser, page, clock, settings)
    browser.post("/admin/clients/client/", "first_name=Quokka", content_type=URLENCODED)
    browser.post("/admin/treatments/session/1/complete/draft/?typed", {"notes": "Quokka"})
    kept = str(dict(browser.session))
    assert ("Moved+to+Leeds" in kept, "Quokka" in kept) == (True, False)


def test_beside_a_file_the_words_wait_and_the_file_does_not(owner, signed_in, clock, settings):
    browser, page = signed_in(owner), plan_of(owner)
    sent_too_late(browser, page, clock, settings)
    address = browser.post(page, {"reason": "To Leeds", "paper": BytesIO(b"letter")}).headers["Location"]
    assert "letter" not in str(dict(browser.session))
    comes_back(browser, owner.user, address)
    assert browser.get(page).context["form"]["reason"].value() == "To Leeds"


@pytest.mark.parametrize("token", ["", "&csrfmiddlewaretoken=" + 64 * "x"])
def test_nobody_plants_words_from_another_site(owner, clock, settings, token):
    browser, page = Browser(enforce_csrf_checks=True), plan_of(owner)
    browser.force_login(owner.user)
    browser.get(page)
    clock(2 * settings.IDLE_SIGN_OUT_SECONDS)
    assert browser.post(page, f"reason=Planted{token}", content_type=URLENCODED).status_code == 403
    assert "Planted" not in str(dict(browser.session))


def test_work_does_not_prolong_the_day(owner, signed_in, clock, settings):
    browser = signed_in(owner)
    for seconds in range(0, settings.SESSION_COOKIE_AGE, settings.IDLE_SIGN_OUT_SECONDS // 2):
        clock(seconds)
        assert still_in(browser)
    clock(settings.SESSION_COOKIE_AGE)
    page = browser.get(PAGE, follow=True)
    assert [str(message) for message in page.context["messages"]] == [LONG_DAY]


def test_a_session_ends_with_the_membership(clinic, owner, practitioner, signed_in):
    browser = signed_in(practitioner)
    assert still_in(browser)
    end_membership(membership=practitioner, by=owner.user, at=NOON)
    assert not still_in(browser)


def test_an_old_session_stays_dead_when_the_person_comes_back(clinic, owner, practitioner, signed_in):
    browser = signed_in(practitioner)
    end_membership(membership=practitioner, by=owner.user, at=NOON)
    MembershipFactory(clinic=clinic, user=practitioner.user)
    assert not still_in(browser)


def test_a_new_password_ends_every_other_session(owner, signed_in):
    here, elsewhere = signed_in(owner), signed_in(owner)
    new = "another-long-password"
    response = here.post(
        "/admin/password_change/", {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    )
    assert (response.status_code, still_in(here), still_in(elsewhere)) == (302, True, False)


def test_somebody_made_inactive_is_out(owner, signed_in):
    browser = signed_in(owner)
    owner.user.is_active = False
    owner.user.save()
    assert not still_in(browser)


def test_sign_out_takes_a_post(owner, signed_in):
    browser = signed_in(owner)
    assert (browser.get("/admin/logout/").status_code, still_in(browser)) == (405, True)
    browser.post("/admin/logout/")
    assert not still_in(browser)


def test_the_cookie_is_closed_to_scripts_and_other_sites(owner):
    browser = Browser()
    browser.post("/admin/login/", {"username": owner.user.email, "password": PASSWORD})
    cookie = browser.cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_what_a_page_tells_once_is_in_no_cookie(owner, signed_in, clinic):
    browser = signed_in(owner)
    answer = browser.post("/admin/clients/client/add/", {**CANARY, "language": "en"})
    assert (answer.status_code, "messages" in browser.cookies) == (302, False)
    assert ["Quokka" in str(message) for message in browser.get(answer.url).context["messages"]] == [True]
