"""A client who wanted no follow-ups wants them again: what was withdrawn and is still in time comes back."""

from datetime import timedelta

import pytest

from clients.models import Client, Message
from tests.clients.records.test_admin import POSTED
from tests.factories import NOON, ClientFactory
from tests.treatments.consents.rows import signed
from tests.treatments.followups.courses import enrolled, open_between
from treatments.consents.services import turn_emails_off, turn_emails_on, withdraw_consent
from treatments.consents.terms import ConsentPurpose
from treatments.followups.models import Followup
from treatments.followups.services import (
    delay_followup,
    follow_end,
    lay_out,
    lay_out_anew,
    schedule_followups,
    skip_followup,
    undo_followups,
)
from treatments.sessions.models import Session

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
PURPOSE = ConsentPurpose.FOLLOW_UP_EMAILS


@pytest.fixture
def client(clinic):
    return ClientFactory(clinic=clinic)


def coming():
    """When each step that is to leave does."""
    rows = Followup.objects.standing().filter(message__state="scheduled")
    return dict(rows.values_list("step", "message__due_at"))


def test_the_clinic_turns_on_what_the_client_had_turned_off_by_the_link(client, practitioner, signed_in):
    enrolled(client)
    before = coming()
    turn_emails_off(client=client, purpose=PURPOSE, at=NOON + 5 * DAY)
    assert (coming(), lay_out_anew(at=NOON + 5 * DAY)) == ({}, 1)
    assert coming() == {}
    signed_in(practitioner).post(f"/admin/clients/client/{client.pk}/change/", POSTED | {"gets_follow_ups": "on"})
    assert lay_out_anew(at=NOON + 6 * DAY) == 1
    assert coming() == {step: due for step, due in before.items() if due >= NOON + 7 * DAY}
    assert set(Message.objects.filter(state="scheduled").values_list("why", flat=True)) == {""}


def test_an_end_that_was_corrected_meanwhile_counts(client, owner):
    session, later = enrolled(client), NOON + 3 * HOUR
    turn_emails_off(client=client, purpose=PURPOSE, at=later)
    Session.objects.update(ended_at=later)
    follow_end(session=session, ended_at=later, by=owner.user, at=later)
    turn_emails_on(client=client, purpose=PURPOSE, at=later)
    lay_out_anew(at=later)
    assert coming()["day_3"] == later + 3 * DAY


def test_a_new_signature_brings_back_what_went_with_the_consent(practitioner, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    rows = signed(practitioner, PURPOSE, at=NOON)
    enrolled(rows.client)
    withdraw_consent(consent=rows.consent, reason="", at=NOON + 2 * DAY)
    assert (lay_out_anew(at=NOON + 2 * DAY), coming()) == (0, {})
    signed(practitioner, PURPOSE, at=NOON + 3 * DAY, client=rows.client)
    assert lay_out_anew(at=NOON + 4 * DAY) == 1
    assert {"day_3", "day_7", "week_4", "week_6"} <= set(coming())
    assert "day_1" not in coming()


def test_what_a_person_took_off_does_not_come_back_with_the_rest(client, owner):
    enrolled(client)
    skip_followup(followup=Followup.objects.get(step="day_7"), reason="Called.", by=owner.user, at=NOON)
    turn_emails_off(client=client, purpose=PURPOSE, at=NOON)
    turn_emails_on(client=client, purpose=PURPOSE, at=NOON)
    lay_out(client=client, at=NOON)
    assert "day_7" not in coming()
    assert "week_4" in coming()


def test_a_moment_that_a_person_chose_and_that_is_over_does_not_come_back(client, owner):
    enrolled(client)
    row = Followup.objects.get(step="week_4")
    delay_followup(followup=row, due_at=NOON + 28 * DAY, by=owner.user, at=NOON)
    turn_emails_off(client=client, purpose=PURPOSE, at=NOON)
    Followup.objects.filter(pk=row.pk).update(send_by=NOON + 29 * DAY)
    Client.objects.update(gets_follow_ups=True)
    lay_out(client=client, at=NOON + 30 * DAY)
    assert set(coming()) == {"week_6", "month_3", "month_6"}


def test_while_they_want_none_nothing_is_laid_out_again_and_again(client):
    enrolled(client)
    turn_emails_off(client=client, purpose=PURPOSE, at=NOON)
    assert [lay_out_anew(at=NOON) for _ in range(2)] == [1, 0]
    assert coming() == {}


def test_on_again_before_a_worker_has_looked_they_are_back_too(client):
    enrolled(client)
    before = coming()
    turn_emails_off(client=client, purpose=PURPOSE, at=NOON)
    Client.objects.update(gets_follow_ups=True)
    assert lay_out_anew(at=NOON) == 1
    assert coming() == before


def test_a_chosen_moment_follows_the_hours_that_changed_while_they_wanted_none(clinic, client, owner):
    enrolled(client)
    row = Followup.objects.get(step="week_6")
    delay_followup(followup=row, due_at=NOON + 42 * DAY - HOUR, by=owner.user, at=NOON)
    turn_emails_off(client=client, purpose=PURPOSE, at=NOON)
    open_between(clinic, 9, 11)
    lay_out_anew(at=NOON)
    Client.objects.update(gets_follow_ups=True)
    lay_out_anew(at=NOON)
    assert coming()["week_6"] == NOON + 42 * DAY - 3 * HOUR


def test_a_session_that_was_reopened_meanwhile_has_no_emails_until_it_is_completed_again(client, owner):
    session = enrolled(client)
    before = coming()
    turn_emails_off(client=client, purpose=PURPOSE, at=NOON)
    Session.objects.update(state="in_progress", ended_at=None, completed_by=None)
    undo_followups(session=session, by=owner.user, at=NOON)
    turn_emails_on(client=client, purpose=PURPOSE, at=NOON)
    lay_out_anew(at=NOON)
    assert coming() == {}
    Session.objects.update(state="completed", ended_at=NOON, completed_by=owner.user)
    schedule_followups(session=session, at=NOON)
    assert coming() == before
