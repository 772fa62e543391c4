"""Signing in leaves a trace in the clinic's audit trail, and what has run out is dropped."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from celery.schedules import crontab
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from portal.audit.models import AuditEvent
from portal.practice.services import note_lock_outs
from portal.practice.tasks import note_lock_outs as lock_outs
from portal.practice.tasks import tidy_up
from portal.security.tries import Tries, count_try
from tests.factories import MembershipFactory
from tests.portal.practice.test_sign_in import sign_in

WRONG = "a-wrong-password"


def trail():
    return list(AuditEvent.objects.order_by("sequence").values_list("action", "actor", "subject_type", "subject_id"))


def test_signing_in_is_noted_in_the_persons_clinic(practitioner):
    person = practitioner.user
    assert sign_in(person.email).status_code == 302
    assert trail() == [("user.signed_in", person.pk, "user", person.pk)]
    assert AuditEvent.objects.get().words == "Signed in"


def test_a_wrong_password_is_only_counted(practitioner):
    sign_in(practitioner.user.email, WRONG)
    sign_in("unknown@example.org", WRONG)
    assert trail() == []


def test_a_closed_door_is_noted_once_for_each_wait(practitioner):
    MembershipFactory(clinic=practitioner.clinic)
    for email in (practitioner.user.email, "unknown@example.org"):
        for _ in range(6):
            sign_in(email, WRONG)
    assert trail() == []  # at the door itself a known address takes no longer than an unknown one
    lock_outs()
    lock_outs()
    assert trail() == [("user.locked_out", None, "user", practitioner.user.pk)]
    assert note_lock_outs(at=timezone.now() + timedelta(minutes=16)) == 0
    AccessAttempt.objects.update(attempt_time=timezone.now() + timedelta(minutes=16))
    assert note_lock_outs(at=timezone.now() + timedelta(minutes=17)) == 1


def test_four_wrong_passwords_close_nothing(practitioner):
    for _ in range(4):
        sign_in(practitioner.user.email, WRONG)
    lock_outs()
    assert trail() == []


@pytest.mark.django_db
def test_what_has_run_out_is_dropped():
    for seconds in (-1, 60):
        session = SessionStore()
        session.set_expiry(seconds)
        session.save()
    for hours, email in ((1, "a"), (25, "b")):
        at = timezone.now() - timedelta(hours=hours)
        row = AccessAttempt.objects.create(username=email, failures_since_start=1)
        AccessAttempt.objects.filter(pk=row.pk).update(attempt_time=at)
        count_try(email, within=timedelta(hours=24), at=at)
    tidy_up()
    assert list(Tries.objects.values_list("name", flat=True)) == ["a"]
    assert (Session.objects.count(), list(AccessAttempt.objects.values_list("username", flat=True))) == (1, ["a"])


def test_tidying_is_done_every_day():
    planned = settings.CELERY_BEAT_SCHEDULE["tidy-up"]
    assert planned == {"task": tidy_up.name, "schedule": crontab(hour="3", minute="17")}
    assert settings.CELERY_BEAT_SCHEDULE["lock-outs"]["task"] == lock_outs.name
