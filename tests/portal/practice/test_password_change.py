"""Somebody signed in takes a new password."""

import pytest

from portal.audit.models import AuditEvent
from portal.practice.services import choose_password
from tests.factories import NOON, PASSWORD
from tests.portal.practice.test_sign_in import sign_in

NEW = "another-long-password"
CHANGE = "/admin/password_change/"


def change(browser, old=PASSWORD):
    return browser.post(CHANGE, {"old_password": old, "new_password1": NEW, "new_password2": NEW})


def trail():
    return list(AuditEvent.objects.values_list("action", "actor", "subject_type", "subject_id"))


def has_new(person):
    person.refresh_from_db()
    return person.check_password(NEW)


def test_a_change_is_in_the_audit_trail(practitioner, signed_in):
    person = practitioner.user
    answer = change(signed_in(practitioner))
    assert (answer.status_code, answer.url, has_new(person)) == (302, f"{CHANGE}done/", True)
    assert trail() == [("user.password_chosen", person.pk, "user", person.pk)]


def test_nothing_changes_when_it_cannot_be_noted(practitioner, signed_in, monkeypatch):
    def broken(**_kwargs):
        raise RuntimeError("the database went away")

    browser = signed_in(practitioner)
    monkeypatch.setattr("portal.practice.services.record", broken)
    with pytest.raises(RuntimeError):
        change(browser)
    assert not has_new(practitioner.user)


def test_wrong_old_passwords_close_the_door(practitioner, signed_in):
    browser = signed_in(practitioner)
    answers = [change(browser, "a-wrong-password") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 429]
    assert "Your old password was entered incorrectly" in answers[0].content.decode()
    assert (change(browser).status_code, has_new(practitioner.user), trail()) == (429, False, [])
    assert sign_in(practitioner.user.email).status_code == 429


def test_a_colleague_at_the_same_place_does_not_wait(practitioner, owner, signed_in):
    for _ in range(5):
        change(signed_in(practitioner), "a-wrong-password")
    assert (change(signed_in(owner)).status_code, has_new(owner.user)) == (302, True)


def test_whoever_is_late_is_told(practitioner, signed_in, monkeypatch):
    browser = signed_in(practitioner)

    def late(*, user, password, at):
        choose_password(user=type(user).objects.get(pk=user.pk), password="a-third-long-password", at=NOON)
        choose_password(user=user, password=password, at=at)

    monkeypatch.setattr("portal.practice.views.choose_password", late)
    page = change(browser).content.decode()
    assert ("changed somewhere else meanwhile" in page, has_new(practitioner.user)) == (True, False)
