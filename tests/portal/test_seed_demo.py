"""The demo clinic: what a newcomer finds."""

from collections import Counter
from datetime import timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone
from django_scopes import scope

from clients.models import Client, Message
from portal.audit.services import verify
from portal.models import Clinic, User
from tests.factories import UserFactory
from treatments.models import Alert, Consent, Followup, Plan, Reply, Screening, Session
from treatments.screening.models import Decision, Letter, Query
from treatments.sessions.rules import may_start
from treatments.sessions.services import planned_facts


@pytest.fixture
def _demo_on(settings):
    settings.DEMO = settings.DEBUG = True
    settings.DEMO_EMAIL, settings.DEMO_PASSWORD = "maya@linden.example", "needle-and-linden"


@pytest.fixture
def demo(db, _demo_on):
    """The demo clinic, loaded, its scope open; and what the command said."""
    said = StringIO()
    call_command("seed_demo", stdout=said)
    clinic = Clinic.objects.get()
    with scope(clinic=clinic):
        yield clinic, said.getvalue()


def test_forty_clients_at_every_stage_with_a_sound_audit_trail(demo, signed_in, settings):
    clinic, said = demo
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
    assert Counter(soon.values_list("step", flat=True)) == dict.fromkeys(("aftercare", "day_3", "week_4", "week_6"), 1)
    assert mail.outbox == []
    overdue = Message.objects.due(now).exclude(followups__in=soon)
    assert list(overdue) == []
    assert Message.objects.stuck().count() == 1
    sent = Message.objects.filter(state="sent")
    assert not sent.filter(text="").exists()
    assert not sent.filter(sent_at__gt=now).exists()


def test_it_is_refused_where_the_demo_is_off(db, settings):
    settings.DEMO, settings.DEBUG = True, False
    with pytest.raises(CommandError, match="never loaded in production"):
        call_command("seed_demo")
    assert Clinic.objects.count() == 0


def test_a_database_that_somebody_named_gets_it_only_when_asked(db, settings):
    settings.DEMO, settings.DEBUG = False, True
    with pytest.raises(CommandError, match="only when you ask: --here"):
        call_command("seed_demo")
    assert Clinic.objects.count() == 0


@pytest.mark.usefixtures("_demo_on")
def test_it_is_loaded_once(db):
    UserFactory(email="maya@linden.example")
    with pytest.raises(CommandError, match="loaded already"):
        call_command("seed_demo")
    assert Clinic.objects.count() == 0


def test_there_is_something_of_everything_to_see(demo):
    assert {condition for row in Decision.objects.all() for condition in row.conditions} == {
        "antiviral",
        "letter",
        "test_patch",
    }
    assert (Decision.objects.overrides().count(), Letter.objects.count()) == (3, 1)
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
