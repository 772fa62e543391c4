from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client as Browser
from django.utils import timezone
from django_scopes import scope, scopes_disabled

from clients.links.services import issue_link
from clients.models import Message
from tests.factories import (
    NOON,
    AlertFactory,
    ClinicFactory,
    FollowupFactory,
    MembershipFactory,
    ReplyFactory,
    SessionFactory,
)
from treatments.followups.guidance import ADVICE
from treatments.followups.models import Alert, Reply
from treatments.followups.services import escalate_alerts, schedule_followups, schedule_reminders


def post(link, signs="pus"):
    try:
        return Browser().post(link, {"signs": [signs]})
    finally:
        connection.close()


def link_of():
    """A link to questions of a new clinic."""
    clinic = ClinicFactory()
    with scope(clinic=clinic):
        followup = FollowupFactory(session__plan__client__clinic=clinic, step="day_3")
        told = {"client": followup.client, "purpose": "follow_up", "subject_id": followup.pk}
        return f"/follow-up/{issue_link(**told, at=timezone.now(), lasts=timedelta(days=1))}/"


@pytest.mark.django_db(transaction=True)
def test_a_button_pressed_ten_times_at_once_leaves_one_reply_one_red_flag_and_ten_answers():
    link = link_of()
    with ThreadPoolExecutor(10) as threads:
        pages = list(threads.map(post, [link] * 10))
    with scopes_disabled():
        assert (Reply.objects.count(), Alert.objects.count()) == (1, 1)
    assert [(page.status_code, ADVICE["urgent"].heading in page.text) for page in pages] == [(200, True)] * 10


@pytest.mark.django_db(transaction=True)
def test_of_unlike_answers_at_once_one_counts_and_the_others_are_added():
    signs = ["none", "pus", "rash", "fever", "cold_sore"]
    link = link_of()
    with ThreadPoolExecutor(5) as threads:
        pages = list(threads.map(post, [link] * 5, signs))
    with scopes_disabled():
        numbers = sorted(Reply.objects.values_list("number", flat=True))
        kept = sorted(sign for answers in Reply.objects.values_list("answers", flat=True) for sign in answers["signs"])
        assert (numbers, kept, Alert.objects.count()) == ([1, 2, 3, 4, 5], sorted(signs), 4)
    assert [page.status_code for page in pages] == [200] * 5


def passes_on(at):
    try:
        return escalate_alerts(at=at), schedule_reminders(at=at)
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_five_beats_at_once_pass_a_red_flag_on_once_and_remind_once():
    clinic = ClinicFactory()
    with scope(clinic=clinic):
        MembershipFactory(clinic=clinic, role="owner")
        AlertFactory(reply=ReplyFactory(followup=FollowupFactory(session__plan__client__clinic=clinic)))
        session = SessionFactory(plan__client__clinic=clinic, ended_at=NOON)
        schedule_followups(session=session, at=NOON)
        Message.objects.filter(followups__step="day_1").update(state="sent", sent_at=NOON + timedelta(days=1))
    with ThreadPoolExecutor(5) as threads:
        done = list(threads.map(passes_on, [NOON + timedelta(days=1)] * 5))
    assert [sum(one[0] for one in done), sum(one[1] for one in done)] == [1, 1]
    with scopes_disabled():
        kinds = Message.objects.filter(kind__in=["red_flag_escalated", "followup_reminder"])
        assert sorted(kinds.values_list("kind", flat=True)) == ["followup_reminder", "red_flag_escalated"]
