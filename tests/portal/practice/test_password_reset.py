"""A new password by a link that works once."""

import re
from datetime import timedelta
from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail
from django.test import Client as Browser
from django.utils import timezone

from portal.audit.models import AuditEvent
from portal.practice.models import PasswordReset
from portal.practice.services import ask_for_password, end_membership, send_password_resets
from portal.practice.tasks import send_password_resets as task
from tests.factories import NOON, MembershipFactory, UserFactory

NEW = "another-long-password"


def ask(email, **extra):
    return Browser().post("/admin/password_reset/", {"email": email}, **extra)


def link_for(membership, at=None):
    ask_for_password(email=membership.user.email, at=at or timezone.now())
    mail.outbox.clear()
    send_password_resets(at=at or timezone.now())
    return re.search(r"http://localhost:8000(/admin/reset/\S+)", mail.outbox[0].body)[1]


def choose(link, password=NEW):
    browser = Browser()
    page = browser.get(link, follow=True)
    if not page.context.get("validlink"):
        return False
    return (
        browser.post(page.request["PATH_INFO"], {"new_password1": password, "new_password2": password}).status_code
        == 302
    )


def test_every_address_gets_the_same_answer_and_the_same_work(practitioner, django_assert_num_queries):
    unknown = UserFactory(email="without@example.org").email
    pages = []
    for email in (practitioner.user.email, unknown, "unknown@example.org"):
        with django_assert_num_queries(1):
            pages.append(ask(email).status_code)
    assert (pages, mail.outbox) == ([302, 302, 302], [])
    assert PasswordReset.objects.count() == 3


def test_an_address_that_is_none_is_pointed_out(db):
    assert ask("nonsense").status_code == 200
    assert not PasswordReset.objects.exists()


def test_only_people_who_may_sign_in_get_the_email(practitioner):
    MembershipFactory(ended_at=NOON, user__email="ended@example.org")
    MembershipFactory(user__email="inactive@example.org", user__is_active=False)
    for email in ("ended@example.org", "inactive@example.org", "unknown@example.org", practitioner.user.email.upper()):
        ask(email)
    task()
    assert [(message.to, message.subject) for message in mail.outbox] == [
        ([practitioner.user.email], "A new password for the portal")
    ]


def test_the_email_is_the_clinics_and_its_host_is_ours(practitioner):
    ask(practitioner.user.email, HTTP_HOST="testserver")
    task()
    body, html = mail.outbox[0].body, mail.outbox[0].alternatives[0].content
    assert re.findall(r"https?://[^/\s]+", body) == ["http://localhost:8000"] * 2
    assert all(practitioner.clinic.name in part and "60 minutes" in part for part in (body, html))


def test_the_link_sets_a_password_once(practitioner):
    link = link_for(practitioner)
    assert (choose(link), choose(link, "a-third-long-password")) == (True, False)
    practitioner.user.refresh_from_db()
    assert practitioner.user.check_password(NEW)
    assert AuditEvent.objects.filter(action="user.password_chosen").count() == 1


def test_the_token_leaves_the_address_bar_at_once(practitioner):
    response = Browser().get(link_for(practitioner))
    assert (response.status_code, response.url.rsplit("/", 2)[1]) == (302, "set-password")


def test_a_link_is_dead_after_an_hour(practitioner, settings):
    link = link_for(practitioner)
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert not choose(link)


def test_an_altered_link_is_dead(practitioner):
    link = link_for(practitioner)
    assert not choose(link[:-2] + ("a" if link[-2] != "a" else "b") + "/")


def test_a_link_is_dead_once_the_person_left(owner, practitioner):
    link = link_for(practitioner)
    end_membership(membership=practitioner, by=owner.user, at=NOON)
    assert not choose(link)


def test_opening_the_link_changes_nothing(practitioner):
    link = link_for(practitioner)
    Browser().get(link, follow=True)
    Browser().head(link)
    assert choose(link)


def test_a_weak_password_is_refused(practitioner):
    assert not choose(link_for(practitioner), "short")


def test_a_new_password_signs_everybody_out_and_nobody_in(practitioner, signed_in):
    browser = signed_in(practitioner)
    choose(link_for(practitioner))
    assert browser.get("/admin/portal/clinic/").status_code == 302


def test_a_second_email_waits_two_minutes(practitioner):
    for _ in range(3):
        ask_for_password(email=practitioner.user.email, at=NOON)
    sent = [send_password_resets(at=NOON)]
    for minutes in (1, 3):
        later = NOON + timedelta(minutes=minutes)
        ask_for_password(email=practitioner.user.email, at=later)
        sent.append(send_password_resets(at=later))
    assert sent == [1, 0, 1]


def test_no_address_is_kept_for_long(practitioner):
    for email in (practitioner.user.email, "unknown@example.org"):
        ask_for_password(email=email, at=NOON)
    send_password_resets(at=NOON)
    send_password_resets(at=NOON + timedelta(minutes=3))
    assert not PasswordReset.objects.exists()


@pytest.mark.parametrize(
    "fault", [SMTPRecipientsRefused({"person@example.org": (550, b"no")}), ConnectionRefusedError()]
)
def test_a_mail_server_that_refuses_delays_nobody_else(practitioner, owner, monkeypatch, caplog, fault):
    send = mail.EmailMessage.send

    def refuse(self, *args, **kwargs):
        if self.to == [practitioner.user.email]:
            raise fault
        return send(self, *args, **kwargs)

    monkeypatch.setattr(mail.EmailMessage, "send", refuse)
    for membership in (practitioner, owner):
        ask_for_password(email=membership.user.email, at=NOON)
    assert (send_password_resets(at=NOON), [m.to for m in mail.outbox]) == (1, [[owner.user.email]])
    monkeypatch.undo()
    assert send_password_resets(at=NOON + timedelta(seconds=15)) == 1
    assert "@" not in caplog.text


def test_somebody_invited_is_welcomed(practitioner):
    practitioner.user.set_unusable_password()
    practitioner.user.save()
    link = link_for(practitioner)
    assert (mail.outbox[0].subject, choose(link)) == ("Your sign-in to the portal", True)
    response = Browser().post("/admin/login/", {"username": practitioner.user.email, "password": NEW})
    assert response.status_code == 302
