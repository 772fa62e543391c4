"""The demo clinic: what a newcomer finds."""

from collections import Counter
from datetime import timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings
from django.utils import timezone
from django_scopes import scope

from clients.messages.wordings import copy_of
from clients.models import Client, Message
from portal.audit.services import verify
from portal.models import Clinic, User
from treatments.models import Alert, Change, Consent, Followup, Photograph, Plan, Rating, Reply, Screening, Session
from treatments.photos.services import why_no_photographs
from treatments.screening.models import Decision, Letter, Query
from treatments.sessions.rules import may_start
from treatments.sessions.services import planned_facts

DEMO_ON = {
    "DEMO": True,
    "DEBUG": True,
    "DEMO_EMAIL": "maya@linden.example",
    "DEMO_PASSWORD": "needle-and-linden",
}


@pytest.fixture(scope="module")
def played(django_db_setup, django_db_blocker):
    """The demo, played once for this file in a transaction that is undone; what was said, and what was sent."""
    said, left_before = StringIO(), len(mail.outbox)  # by the test before, of another file
    with django_db_blocker.unblock(), override_settings(**DEMO_ON), transaction.atomic():
        call_command("seed_demo", stdout=said)
        yield said.getvalue(), mail.outbox[left_before:]
        transaction.set_rollback(True)


@pytest.fixture
def demo(played, db):
    """The demo clinic, its scope open; what the command said, and the emails that left meanwhile."""
    clinic = Clinic.objects.get()
    with override_settings(**DEMO_ON), scope(clinic=clinic):
        yield clinic, *played


def test_forty_clients_at_every_stage_with_a_sound_audit_trail(demo, signed_in, settings):
    clinic, said, _left = demo
    assert (Client.objects.count(), Client.objects.archived().count()) == (40, 1)
    assert set(Screening.objects.values_list("state", flat=True)) == {
        "sent",
        "submitted",
        "accepted",
        "deferred",
        "refused",
    }
    assert set(Screening.objects.to_review().values_list("outcome", flat=True)) == {
        "review",
        "defer",
        "contraindicated",
    }
    assert set(Plan.objects.values_list("state", flat=True)) == {"drafted", "active", "completed"}
    assert set(Session.objects.values_list("state", flat=True)) == {"booked", "completed"}
    assert set(Client.objects.values_list("skin_type", flat=True)) == {"I", "II", "III", "IV", "V", "VI"}
    assert (Alert.objects.waiting().count(), Alert.objects.count(), Reply.objects.exists()) == (1, 2, True)
    assert verify(clinic) > 800
    assert User.objects.get(email="maya@linden.example").check_password("needle-and-linden")
    assert "maya@linden.example  (owner)" in said
    assert "needle-and-linden" in said
    browser = signed_in(User.objects.get(email="maya@linden.example").membership)
    today = {block.key: block.count for block in browser.get("/admin/").context["blocks"]}
    assert {key: count > 0 for key, count in today.items()} == dict.fromkeys(today, True)
    for client in Client.objects.all():
        assert browser.get(f"/admin/client/{client.pk}/").status_code == 200


def test_four_follow_up_emails_leave_within_two_minutes_and_nothing_floods(demo):
    now = timezone.now()
    soon = Followup.objects.filter(message__state="scheduled", message__due_at__lte=now + timedelta(minutes=2))
    # By the step that leads: shortly after midnight the aftercare is on one day with day 1, and both leave as one.
    steps = {row.message_id: row.step for row in soon.order_by("-pk")}
    assert Counter(steps.values()) == dict.fromkeys(("aftercare", "day_3", "week_4", "week_6"), 1)
    results = Client.objects.filter(messages__in=[pk for pk, step in steps.items() if step.startswith("week")])
    assert [why_no_photographs(client) for client in results] == ["", ""]
    assert demo[2] == []
    overdue = Message.objects.due(now).exclude(followups__in=soon)
    assert list(overdue) == []
    assert Message.objects.stuck().count() == 1
    sent = Message.objects.filter(state="sent")
    assert all("" not in copy_of(message) for message in sent.select_related("wording"))
    assert not sent.filter(sent_at__gt=now).exists()


def test_there_is_something_of_everything_to_see(demo):
    assert {condition for row in Decision.objects.all() for condition in row.conditions} == {
        "antiviral",
        "letter",
        "test_patch",
    }
    assert (Decision.objects.overrides().count(), Letter.objects.count()) == (3, 1)
    assert Photograph.objects.standing().count() == 19
    assert Change.objects.last_words().of_goal("texture").count() >= 10
    assert Rating.objects.values("client").distinct().count() == 3
    assert Screening.objects.may_come_back(timezone.localdate()).count() == 1
    assert Query.objects.exclude(answered_at=None).count() == 1
    assert set(Client.objects.values_list("language", flat=True)) == {"en", "de", "fr", "es"}
    assert set(Consent.objects.values_list("language", flat=True)) == {"", "en", "de", "fr", "es"}
    assert Consent.objects.asked().count() == 1
    assert [one.purpose for one in Consent.objects.filter(state="withdrawn")] == ["photo_teaching"]
    assert [one.channel for one in Screening.objects.filter(client__email="")] == ["tablet"]
    soon = Session.objects.filter(state="booked", scheduled_for__lt=timezone.now() + timedelta(days=2))
    missing = Counter(len(may_start(planned_facts(row, clinic_day(row)))) for row in soon)
    assert missing == {0: 3, 1: 1, 2: 1}


def clinic_day(session):
    return session.clinic.local_day(session.scheduled_for)
