"""The door: email and password, one answer for everything that is wrong, and a wait after too many tries."""

import logging
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.auth import hashers
from django.contrib.sessions.models import Session
from django.test import Client as Browser
from django.test import RequestFactory
from django.utils import timezone

from portal.practice.forms import WRONG
from portal.practice.models import User
from portal.security.lockout import blurred_email
from tests.factories import NOON, PASSWORD, MembershipFactory, UserFactory

LOGIN = "/admin/login/"


def sign_in(email, password=PASSWORD, browser=None, **extra):
    return (browser or Browser()).post(LOGIN, {"username": email, "password": password}, **extra)


def said(response):
    return response.status_code, response.context["form"].non_field_errors()


def unwelcome():
    """Everybody who may not enter, right password or not."""
    ended = MembershipFactory(ended_at=NOON, user__email="ended@example.org").user
    without = UserFactory(email="without@example.org")
    inactive = MembershipFactory(user__email="inactive@example.org", user__is_active=False).user
    invited = MembershipFactory(user__email="invited@example.org").user
    invited.set_unusable_password()
    invited.save()
    return [ended.email, without.email, inactive.email, invited.email, "unknown@example.org"]


def test_email_and_password_open_the_door_whatever_the_capitals(practitioner):
    typed = f"  {practitioner.user.email.upper()} "
    response = sign_in(typed)
    assert (response.status_code, response.url) == (302, "/admin/")


@pytest.mark.parametrize(("stored", "look_alike"), [("tomasis@example.org", "tomaſis@example.org")])
def test_letters_that_a_database_takes_for_others_open_nothing(clinic, stored, look_alike):
    MembershipFactory(clinic=clinic, user__email=stored)
    assert (look_alike.upper(), said(sign_in(look_alike))) == (stored.upper(), (200, [WRONG]))


@pytest.mark.parametrize("typed", ["MIRA@example.org", "\tmira@EXAMPLE.org ", "mira@example.org"])
def test_lock_out_counts_people_as_they_are_found(clinic, typed):
    mira = MembershipFactory(clinic=clinic, user__email="mira@example.org").user
    counted = {blurred_email(RequestFactory().get("/"), {"username": email}) for email in (typed, mira.email)}
    assert (User.objects.get_by_natural_key(typed), len(counted)) == (mira, 1)


def test_the_form_asks_for_an_email(db):
    field = Browser().get(LOGIN).context["form"]["username"]
    assert (field.label, field.field.widget.input_type, field.field.widget.attrs["autocomplete"]) == (
        "Email",
        "email",
        "username",
    )


def test_one_sentence_for_everybody_who_may_not_enter(practitioner):
    refused = (200, [WRONG])
    assert said(sign_in(practitioner.user.email, "a-wrong-password")) == refused
    for email in unwelcome():
        assert (said(sign_in(email)), said(sign_in(email, "a-wrong-password"))) == (refused, refused)


def test_the_same_work_is_done_for_known_and_unknown_addresses(practitioner, monkeypatch):
    runs = []
    hasher = type(hashers.get_hasher())
    encode = hasher.encode
    monkeypatch.setattr(hasher, "encode", lambda self, *args: runs.append(1) or encode(self, *args))
    emails = [practitioner.user.email, *unwelcome()]
    work = []
    for email in emails:
        runs.clear()
        sign_in(email, "a-wrong-password")
        work.append(len(runs))
    assert work == [1] * len(emails)


def test_production_hashes_with_argon2():
    from portal.settings import base

    assert base.PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "https:///evil.example"])
def test_nobody_is_sent_to_another_site(practitioner, target):
    response = Browser().post(
        LOGIN + f"?next={target}", {"username": practitioner.user.email, "password": PASSWORD, "next": target}
    )
    assert (response.status_code, response.url) == (302, "/admin/")


def test_a_page_asked_for_before_signing_in_opens_afterwards(practitioner):
    response = Browser().post(
        LOGIN, {"username": practitioner.user.email, "password": PASSWORD, "next": "/admin/portal/clinic/"}
    )
    assert response.url == "/admin/portal/clinic/"


def test_the_session_gets_a_new_name_at_sign_in(practitioner):
    browser = Browser()
    planted = browser.session
    planted["planted"] = True
    planted.save()
    browser.cookies["sessionid"] = planted.session_key
    sign_in(practitioner.user.email, browser=browser)
    assert browser.cookies["sessionid"].value != planted.session_key
    assert not Session.objects.filter(pk=planted.session_key).exists()


@pytest.mark.parametrize("known", [True, False])
def test_five_wrong_passwords_close_the_door_for_known_and_unknown_alike(practitioner, known):
    email = practitioner.user.email if known else "unknown@example.org"
    answers = [sign_in(email, "a-wrong-password").status_code for _ in range(5)]
    page = sign_in(email.upper())
    assert (answers, page.status_code) == ([200, 200, 200, 200, 429], 429)
    assert "15 minutes" in page.content.decode()


def test_a_colleague_and_another_place_are_not_locked_out(practitioner, owner):
    for _ in range(6):
        sign_in(practitioner.user.email, "a-wrong-password")
    assert sign_in(owner.user.email).status_code == 302
    assert sign_in(practitioner.user.email, REMOTE_ADDR="203.0.113.7").status_code == 302


def test_the_door_opens_again_after_a_quarter_of_an_hour_and_trying_does_not_prolong_it(practitioner):
    for _ in range(8):
        sign_in(practitioner.user.email, "a-wrong-password")
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=14))
    assert sign_in(practitioner.user.email).status_code == 429
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=15, seconds=1))
    assert sign_in(practitioner.user.email).status_code == 302


def test_guessing_across_many_people_is_stopped_too(practitioner, settings):
    settings.SIGN_IN_FAILURES_PER_ADDRESS = 8
    for n in range(8):
        sign_in(f"guess{n}@example.org", "a-wrong-password")
    assert sign_in(practitioner.user.email).status_code == 429
    assert sign_in(practitioner.user.email, REMOTE_ADDR="203.0.113.7").status_code == 302


def test_a_right_password_forgets_the_wrong_ones(practitioner):
    for _ in range(4):
        sign_in(practitioner.user.email, "a-wrong-password")
    sign_in(practitioner.user.email)
    assert (AccessAttempt.objects.count(), sign_in(practitioner.user.email, "a-wrong-password").status_code) == (0, 200)


def test_a_forged_forwarding_header_dodges_nothing(practitioner, settings):
    for n in range(5):
        sign_in(practitioner.user.email, "a-wrong-password", HTTP_X_FORWARDED_FOR=f"203.0.113.{n}")
    assert sign_in(practitioner.user.email).status_code == 429
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    for n in range(5):
        sign_in(practitioner.user.email, "a-wrong-password", HTTP_X_FORWARDED_FOR=f"203.0.113.{n}, 198.51.100.9")
    assert sign_in(practitioner.user.email, HTTP_X_FORWARDED_FOR="198.51.100.9").status_code == 429


def test_moving_inside_ones_own_ipv6_network_dodges_nothing(practitioner):
    for n in range(5):
        sign_in(practitioner.user.email, "a-wrong-password", REMOTE_ADDR=f"2001:db8:1:2:{n}::7")
    here, next_door = "2001:db8:1:2:ffff::1", "2001:db8:1:3::1"
    assert sign_in(practitioner.user.email, REMOTE_ADDR=here).status_code == 429
    assert sign_in(practitioner.user.email, REMOTE_ADDR=next_door).status_code == 302


def test_ipv4_written_as_ipv6_is_the_same_address(practitioner):
    for _ in range(5):
        sign_in(practitioner.user.email, "a-wrong-password", REMOTE_ADDR="::ffff:203.0.113.7")
    assert sign_in(practitioner.user.email, REMOTE_ADDR="203.0.113.7").status_code == 429
    assert sign_in(practitioner.user.email, REMOTE_ADDR="::ffff:203.0.113.8").status_code == 302


def test_no_address_is_kept_or_logged(practitioner, caplog):
    caplog.set_level(logging.DEBUG)
    email = practitioner.user.email
    for _ in range(6):
        sign_in(email, "a-wrong-password")
    sign_in("unknown@example.org", "a-wrong-password")
    sign_in(email, REMOTE_ADDR="203.0.113.7")
    kept = " ".join(str(value) for row in AccessAttempt.objects.values_list() for value in row)
    assert [word for word in (email, "unknown@example.org", "wrong-password") if word in kept + caplog.text] == []
