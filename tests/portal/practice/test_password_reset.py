"""A new password by a link that works once."""

import re
from datetime import timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPSenderRefused

import pytest
from django.core import mail
from django.test import Client as Browser
from django.utils import timezone

from portal.audit.models import AuditEvent
from portal.practice.models import PasswordReset, User
from portal.practice.services import (
    LinkUsed,
    ask_for_password,
    choose_password,
    end_membership,
    invite_member,
    send_password_resets,
)
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
        with django_assert_num_queries(2):
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


def test_the_password_and_its_audit_event_are_kept_together_or_not_at_all(practitioner, monkeypatch):
    link, before = link_for(practitioner), practitioner.user.password

    def broken(**_kwargs):
        raise RuntimeError("the database went away")

    monkeypatch.setattr("portal.practice.services.record", broken)
    with pytest.raises(RuntimeError):
        choose(link)
    practitioner.user.refresh_from_db()
    assert practitioner.user.password == before


def test_whoever_is_late_with_the_same_link_is_told(practitioner):
    early, late = User.objects.get(pk=practitioner.user_id), User.objects.get(pk=practitioner.user_id)
    choose_password(user=early, password=NEW, at=NOON)
    with pytest.raises(LinkUsed):
        choose_password(user=late, password="a-third-long-password", at=NOON)
    practitioner.user.refresh_from_db()
    assert practitioner.user.check_password(NEW)


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


def test_an_outsiders_ask_does_not_swallow_an_invitation(clinic, owner):
    ask_for_password(email="new@example.org", at=NOON)
    assert send_password_resets(at=NOON) == 0
    invited = NOON + timedelta(seconds=30)
    invite_member(
        clinic=clinic, full_name="New", email="new@example.org", role="practitioner", by=owner.user, at=invited
    )
    ask_for_password(email="new@example.org", at=invited)
    assert [send_password_resets(at=invited + timedelta(seconds=wait)) for wait in (0, 15)] == [1, 0]


def test_somebody_who_comes_back_is_invited_although_an_email_has_just_left(clinic, owner, practitioner):
    ask_for_password(email=practitioner.user.email, at=NOON)
    assert send_password_resets(at=NOON) == 1
    end_membership(membership=practitioner, by=owner.user, at=NOON)
    invite_member(clinic=clinic, full_name="Back", email=practitioner.user.email, role="owner", by=owner.user, at=NOON)
    assert send_password_resets(at=NOON) == 1


def test_an_address_waits_in_one_row_however_often_it_is_asked_for(practitioner):
    for _ in range(3):
        ask_for_password(email=practitioner.user.email, at=NOON)
    assert PasswordReset.objects.count() == 1


def test_one_place_may_ask_ten_times_a_minute(practitioner):
    answers = {ask(f"stranger{n}@example.org").status_code for n in range(10)}
    answers |= {ask(practitioner.user.email).status_code}
    assert (answers, task(), len(mail.outbox)) == ({302}, None, 0)
    ask(practitioner.user.email, REMOTE_ADDR="203.0.113.7")
    assert (task(), len(mail.outbox)) == (None, 1)


def test_a_crowd_of_strangers_delays_nobody(practitioner, django_assert_max_num_queries):
    PasswordReset.objects.bulk_create(
        PasswordReset(email=f"stranger{n}@example.org", asked_at=NOON) for n in range(1000)
    )
    ask_for_password(email=practitioner.user.email, at=NOON + timedelta(seconds=1))
    with django_assert_max_num_queries(12):
        assert send_password_resets(at=NOON + timedelta(seconds=2)) == 1
    assert not PasswordReset.objects.waiting().exists()


def test_an_invitation_outlives_a_mail_server_that_is_down_for_a_day(clinic, owner):
    invite_member(clinic=clinic, full_name="New", email="new@example.org", role="practitioner", by=owner.user, at=NOON)
    assert [send_password_resets(at=NOON + timedelta(days=days)) for days in (1, 4)] == [1, 0]


@pytest.mark.parametrize(
    ("fault", "waits"),
    [
        (SMTPRecipientsRefused({"person@example.org": (550, b"no")}), False),
        (SMTPDataError(554, b"no"), False),
        (SMTPDataError(451, b"later"), True),
        (SMTPSenderRefused(530, b"sign in first", "portal@example.org"), True),
    ],
)
def test_what_is_refused_for_good_is_not_tried_again(practitioner, monkeypatch, fault, waits):
    def refuse(self, *args, **kwargs):
        raise fault

    monkeypatch.setattr(mail.EmailMessage, "send", refuse)
    ask_for_password(email=practitioner.user.email, at=NOON)
    send_password_resets(at=NOON)
    assert PasswordReset.objects.waiting().exists() is waits


def test_whoever_was_tried_longest_ago_is_next(practitioner, owner, front_desk):
    people = [member.user.email for member in (practitioner, owner, front_desk)]
    for email, tried in zip(people, (2, 1, None), strict=True):
        tried_at = tried and NOON + timedelta(minutes=tried)
        PasswordReset.objects.create(email=email, asked_at=NOON, tried_at=tried_at)
    send_password_resets(at=NOON + timedelta(minutes=3))
    assert [message.to for message in mail.outbox] == [[people[2]], [people[1]], [people[0]]]


@pytest.mark.parametrize(
    "fault", [SMTPRecipientsRefused({"person@example.org": (450, b"later")}), ConnectionRefusedError()]
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
