"""When emails may leave has changed: what is still to leave is laid out anew, by a worker, for each client."""

from datetime import timedelta

import pytest

from clients.messages.services import retry_message
from clients.models import Client, Message
from portal.audit.models import AuditEvent
from tests.clients.records.test_admin import POSTED
from tests.factories import NOON, ClientFactory
from tests.portal.adminsite.test_practice import CLINIC, details
from tests.treatments.followups.courses import due, enrolled, open_between
from treatments.consents.services import turn_emails_off, turn_emails_on
from treatments.followups.models import Followup, Layout
from treatments.followups.services import (
    delay_followup,
    lay_out_anew,
    send_now,
    skip_followup,
)
from treatments.followups.tasks import lay_out_anew as task

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def client(clinic):
    return ClientFactory(clinic=clinic)


def test_an_email_of_the_last_day_of_its_window_leaves_within_hours_that_have_become_shorter(clinic, client):
    enrolled(client)
    assert due("week_6") == NOON + 42 * DAY
    open_between(clinic, 9, 11)
    assert lay_out_anew(at=NOON + DAY) == 1
    row = Followup.objects.select_related("message").get(step="week_6")
    assert row.due_at == NOON + 42 * DAY - 3 * HOUR  # ten o’clock in the summer of London
    assert (row.message.due_at, row.message.send_by) == (row.due_at, NOON + 42 * DAY - 2 * HOUR)
    assert lay_out_anew(at=NOON + DAY) == 0


def test_the_trail_says_that_the_portal_gave_them_other_times(clinic, client):
    enrolled(client)
    open_between(clinic, 9, 11)
    lay_out_anew(at=NOON + MINUTE)
    told = AuditEvent.objects.filter(action="message.rescheduled", at=NOON + MINUTE)
    assert {event.actor for event in told} == {None}
    assert Message.objects.get(followups__step="week_6").pk in {event.subject_id for event in told}


# Day 7 of sessions that ended at noon UTC, one o’clock in London and eight in New York: the hour in UTC.
CHANGES = {
    "sends_from": ("14:00", {"at home": 13, "": 13, "America/New_York": 18}),
    "sends_until": ("11:00", {"at home": 8, "": 8, "America/New_York": 13}),
    "time_zone": ("America/New_York", {"at home": 12, "": 13, "America/New_York": 13}),
}


@pytest.mark.parametrize("field", CHANGES)
def test_the_owner_changes_when_emails_leave_and_all_that_are_to_leave_follow(field, clinic, owner, signed_in):
    zones = {"at home": "Europe/London", "": "", "America/New_York": "America/New_York"}
    clients = {name: ClientFactory(clinic=clinic, time_zone=zone) for name, zone in zones.items()}
    for client in clients.values():
        enrolled(client)
    said, expected = CHANGES[field]
    answer = signed_in(owner).post(f"{CLINIC}{clinic.pk}/change/", details(clinic) | {field: said})
    assert answer.status_code == 302
    task()
    assert {name: due("day_7", client).hour for name, client in clients.items()} == expected


def test_a_clients_own_time_zone_is_written_down_and_their_emails_leave_by_it(practitioner, signed_in, client):
    enrolled(client)
    browser, page = signed_in(practitioner), f"/admin/clients/client/{client.pk}/change/"
    assert "Only if they live in another time zone" in browser.get(page).content.decode()
    assert browser.post(page, POSTED | {"time_zone": "America/New_York"}).status_code == 302
    task()
    assert due("day_1") == NOON + DAY + HOUR  # eight o'clock there is before the emails leave
    assert "America/New_York" in browser.get(f"/admin/client/{client.pk}/").content.decode()
    browser.post(page, POSTED | {"time_zone": ""})
    task()
    assert (Client.objects.get().time_zone, due("day_1")) == ("", NOON + DAY)


def test_an_unknown_time_zone_is_refused_at_its_field(practitioner, signed_in, client):
    page = f"/admin/clients/client/{client.pk}/change/"
    form = signed_in(practitioner).post(page, POSTED | {"time_zone": "Europe/Atlantis"}).context["adminform"].form
    assert form.errors["time_zone"] == ["Choose a time zone such as Europe/London."]


def test_who_had_no_address_when_treated_gets_what_is_still_in_time_once_they_have_one(clinic):
    client = ClientFactory(clinic=clinic, email="")
    enrolled(client)
    assert (lay_out_anew(at=NOON + 5 * DAY), Message.objects.count()) == (0, 0)
    Client.objects.update(email="now@example.org")
    assert lay_out_anew(at=NOON + 5 * DAY) == 1
    steps = set(Followup.objects.values_list("step", flat=True))
    assert {"day_7", "week_4", "week_6"} <= steps
    assert not {"hour_1", "day_1", "day_3"} & steps


def test_a_moment_that_a_person_chose_keeps_its_day(clinic, client, owner):
    enrolled(client)
    for step, moment in (("week_4", NOON + 30 * DAY + 4 * HOUR), ("day_14", NOON + 15 * DAY - 3 * HOUR)):
        row = Followup.objects.get(step=step)
        delay_followup(followup=row, due_at=moment, by=owner.user, at=NOON)
    open_between(clinic, 9, 11)
    lay_out_anew(at=NOON + DAY)
    assert due("week_4") == NOON + 30 * DAY - 3 * HOUR
    assert due("day_14") == NOON + 15 * DAY - 3 * HOUR
    assert set(Followup.objects.exclude(moved_by=None).values_list("step", flat=True)) == {"week_4", "day_14"}


def test_a_chosen_moment_also_keeps_its_day_when_something_else_lays_the_client_out_first(clinic, client, owner):
    enrolled(client)
    row = Followup.objects.get(step="week_6")
    delay_followup(followup=row, due_at=NOON + 42 * DAY - HOUR, by=owner.user, at=NOON)
    open_between(clinic, 9, 11)
    skip_followup(followup=Followup.objects.get(step="day_7"), reason="Called.", by=owner.user, at=NOON)
    assert lay_out_anew(at=NOON) == 0
    assert due("week_6") == NOON + 42 * DAY - 3 * HOUR
    assert AuditEvent.objects.filter(action="followup.refitted", subject_id=row.pk).count() == 1


def test_what_was_sent_now_in_the_evening_still_leaves_in_the_morning(clinic, client, owner):
    enrolled(client)
    evening = NOON + 8 * DAY + 8 * HOUR
    morning = send_now(followup=Followup.objects.get(step="day_14"), by=owner.user, at=evening)
    assert due("day_14") == morning == NOON + 9 * DAY - 4 * HOUR
    Layout.objects.all().outdate()
    assert (lay_out_anew(at=evening), due("day_14")) == (1, morning)
    open_between(clinic, 10, 18)
    assert (lay_out_anew(at=evening), due("day_14")) == (1, morning + HOUR)


def test_what_a_person_had_sent_although_it_was_late_still_leaves(clinic, client, owner):
    enrolled(client)
    message = Message.objects.get(followups__step="day_1")
    Message.objects.filter(pk=message.pk).update(state="late", why="Late.")
    message.refresh_from_db()
    evening = NOON + 4 * DAY + 8 * HOUR
    retry_message(message=message, by=owner.user, at=evening)
    message.refresh_from_db()
    before = (message.next_try_at, message.send_by)
    open_between(clinic, 8, 17)
    assert lay_out_anew(at=evening) == 1
    message.refresh_from_db()
    assert (message.state, message.next_try_at, message.send_by) == ("scheduled", *before)


def test_who_turned_emails_off_meanwhile_gets_them_within_the_hours_once_they_are_on(clinic, client):
    enrolled(client)
    turn_emails_off(client=client, purpose="follow_up_emails", at=NOON)
    open_between(clinic, 9, 11)
    lay_out_anew(at=NOON)
    turn_emails_on(client=client, purpose="follow_up_emails", at=NOON)
    assert lay_out_anew(at=NOON) == 1
    assert due("week_6") == NOON + 42 * DAY - 3 * HOUR


def test_what_is_with_a_worker_just_then_is_laid_out_when_it_comes_back(clinic, client):
    enrolled(client)
    held = Message.objects.filter(followups__step="week_6")
    held.update(state="claimed", claimed_by="w", claimed_until=NOON + DAY)
    open_between(clinic, 9, 11)
    lay_out_anew(at=NOON)
    assert due("week_6") == NOON + 42 * DAY
    held.update(state="scheduled", claimed_by="", claimed_until=None)
    assert lay_out_anew(at=NOON) == 1
    assert due("week_6") == NOON + 42 * DAY - 3 * HOUR


def test_what_has_left_and_what_leaves_at_any_hour_stays(clinic, client):
    enrolled(client)
    Message.objects.filter(followups__step="day_1").update(state="sent", sent_at=NOON + DAY)
    before = due("aftercare"), due("day_1")
    open_between(clinic, 9, 11)
    lay_out_anew(at=NOON + DAY + HOUR)
    assert (due("aftercare"), due("day_1")) == before
