"""The pages of the wording: what clients will read, seen and written, and a test of it."""

import re
from dataclasses import asdict

import pytest
from django.utils import timezone

from clients.messages.services import drain
from clients.models import Message
from tests.factories import ClientFactory, ClinicFactory, PlanFactory, SessionFactory
from tests.treatments.care.test_wording import OURS, change, draft  # noqa: F401
from treatments.care import services
from treatments.care.guidance import default_words


def page(version, verb, key="day_1", language="de"):
    return f"/admin/treatments/careversion/{version.pk}/{verb}/{key}/{language}/"


@pytest.fixture
def browser(owner, signed_in):
    return signed_in(owner)


def test_the_owner_writes_an_email_and_sees_it_as_clients_will(browser, draft):  # noqa: F811
    form = browser.get(page(draft, "write")).context["form"]
    assert form.initial == asdict(default_words("day_1")["de"])
    typed = asdict(OURS) | {"seen": draft.fingerprint}
    shown = browser.post(page(draft, "write"), typed, follow=True)
    assert shown.redirect_chain == [(page(draft, "read"), 302)]
    assert "Dear Alex, tell us." in shown.content.decode()
    assert "<h1>How is it?</h1>" in browser.get(page(draft, "email")).content.decode()


def test_what_is_wrong_is_said_at_its_field_with_its_line(browser, draft):  # noqa: F811
    typed = asdict(OURS) | {"seen": draft.fingerprint, "body": "Dear {name}", "subject": "Ihre Haut", "button": ""}
    errors = browser.post(page(draft, "write"), typed).context["form"].errors
    assert sorted(errors) == ["button"]
    errors = browser.post(page(draft, "write"), typed | {"button": "Go"}).context["form"].errors
    assert (sorted(errors), "Line 1: {name}" in errors["body"][0]) == (["body", "subject"], True)


def test_the_formatted_email_is_a_page_under_our_own_policy(browser, draft):  # noqa: F811
    answer = browser.get(page(draft, "email"))
    html = answer.content.decode()
    (address,) = re.findall(r'<link rel="stylesheet" href="([^"]+)">', html)
    style = browser.get(address)
    assert ("style=" in html, "<style" in html, "unsafe" in answer["Content-Security-Policy"]) == (False,) * 3
    assert re.search(r"<body[^>]*><main>.*</main></body>", html, re.DOTALL)
    assert (style["Content-Type"], ".redflag" in style.content.decode()) == ("text/css; charset=utf-8", True)


def test_every_email_of_a_version_is_listed_and_a_published_one_is_only_read(browser, clinic):
    version = services.version_in_force(clinic=clinic, at=timezone.now())
    listed = browser.get(f"/admin/treatments/careversion/{version.pk}/words/").content.decode()
    assert len(re.findall(r"/read/\w+/(?:en|de|fr|es)/", listed)) == 9 * 4
    assert "/write/" not in browser.get(page(version, "read")).content.decode()
    assert browser.get(page(version, "write")).status_code == 302


def test_who_treats_reads_the_emails_and_the_owner_alone_writes_them(draft, practitioner, signed_in):  # noqa: F811
    browser = signed_in(practitioner)
    codes = {verb: browser.get(page(draft, verb)).status_code for verb in ("read", "email", "write", "trial")}
    assert codes == {"read": 200, "email": 200, "write": 403, "trial": 403}


@pytest.mark.parametrize(("key", "language"), [("week_9", "de"), ("day_1", "tlh")])
def test_an_email_that_there_is_not_is_not_found(browser, draft, key, language):  # noqa: F811
    found = [browser.get(page(draft, verb, key, language)).status_code for verb in ("read", "email", "write", "trial")]
    assert found == [404] * 4


def test_a_test_goes_to_who_asked_for_it_and_to_nobody_else(browser, draft, owner, clinic, mailoutbox):  # noqa: F811
    client = ClientFactory(clinic=clinic, first_name="Ada", preferred_name="")
    change(draft, owner)
    answer = browser.post(f"{page(draft, 'trial')}?client={client.pk}", follow=True)
    assert f"on its way to {owner.user.email}" in answer.content.decode()
    assert drain(worker="test", at=timezone.now) == 1
    (email,) = mailoutbox
    assert (email.to, email.subject) == ([owner.user.email], "Test: A short note")
    assert ("Dear Ada, tell us." in email.body, "/careversion/" in email.body, "/follow-up/" in email.body) == (
        True,
        True,
        False,
    )


def test_a_clinic_without_clients_is_told_what_a_test_needs(browser, draft):  # noqa: F811
    shown = browser.get(page(draft, "trial")).content.decode()
    assert ("Register a client first" in shown, Message.objects.count()) == (True, 0)


def test_an_email_is_read_as_a_client_with_their_own_session(browser, draft, clinic):  # noqa: F811
    client = ClientFactory(clinic=clinic, preferred_name="Wren")
    session = SessionFactory(plan=PlanFactory(client=client), ended_at=timezone.now())
    for verb in ("read", "email"):
        shown = browser.get(page(draft, verb, "day_1", "en"), {"client": client.pk}).content.decode()
        assert ("Wren" in shown, session.practitioner.user.full_name in shown) == (True, True)
    assert "Alex" in browser.get(page(draft, "read")).content.decode()


@pytest.mark.parametrize("verb", ["read", "trial"])
def test_any_client_is_found_by_a_part_of_the_name_that_no_address_says(browser, draft, clinic, verb):  # noqa: F811
    ada = ClientFactory(clinic=clinic, first_name="Ada", last_name="Earliest")
    for _ in range(101):
        ClientFactory(clinic=clinic, first_name="Bea", last_name="Later")
    ClientFactory(clinic=ClinicFactory(), first_name="Ada", last_name="Elsewhere")
    shown = browser.post(page(draft, verb), {"q": "ada"}).text
    assert re.findall(r'href="\?client=(\d+)"', shown) == [str(ada.pk)]
    assert "Ada Earliest" in browser.get(page(draft, verb), {"client": ada.pk}).text
    assert "Write a part of the client’s name" in browser.post(page(draft, verb), {"q": ""}).text


@pytest.mark.parametrize("verb", ["read", "email", "trial"])
def test_another_clinics_client_reads_nothing(browser, draft, clinic, verb):  # noqa: F811
    ClientFactory(clinic=clinic)
    stranger = ClientFactory(clinic=ClinicFactory())
    asked = (str(stranger.pk), "999999", "²")
    assert [browser.get(page(draft, verb), {"client": who}).status_code for who in asked] == [404] * 3


def test_to_look_for_a_client_sends_no_test(browser, draft, clinic):  # noqa: F811
    client = ClientFactory(clinic=clinic)
    browser.post(f"{page(draft, 'trial')}?client={client.pk}", {"q": "somebody"})
    assert not Message.objects.exists()
