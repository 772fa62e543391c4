"""The messages of a client are always as the facts say."""

from datetime import timedelta

import pytest

from clients.models import Message
from tests.factories import NOON, ClientFactory, PlanFactory, SessionFactory, UserFactory
from tests.treatments.followups.courses import enrolled
from treatments.care.models import CareVersion
from treatments.followups.models import Enrolment, Followup
from treatments.followups.services import lay_out, schedule_followups
from treatments.followups.services.laying import withdraw

DAY = timedelta(days=1)
RESULTS = ("week_4", "week_6", "month_3", "month_6")


@pytest.fixture
def client(clinic):
    return ClientFactory(clinic=clinic)


def standing(client):
    """What is to leave: key, due and number of steps of each unsent message."""
    return {
        (message.key, message.due_at, message.followups.standing().count())
        for message in Message.objects.filter(client=client).unsent()
    }


def test_a_session_is_enrolled_with_the_version_in_force_and_its_actual_end(client):
    session = enrolled(client)
    course = Enrolment.objects.get()
    assert (course.session, course.anchored_at) == (session, NOON)
    assert (course.version, course.version.shipped != "") == (CareVersion.objects.get(), True)


def test_laying_out_twice_changes_nothing(client):
    enrolled(client)
    before = list(Message.objects.order_by("pk").values())
    lay_out(client=client, at=NOON + timedelta(minutes=1))
    assert list(Message.objects.order_by("pk").values()) == before


def test_two_steps_of_one_day_share_a_message(client):
    first, second = enrolled(client), enrolled(client, NOON + 7 * DAY)
    shared = Message.objects.get(key=f"session:{second.pk}:day_7")
    assert {(row.session, row.step) for row in shared.followups.all()} == {(first, "day_14"), (second, "day_7")}
    spare = Message.objects.get(key=f"session:{first.pk}:day_14")
    assert (spare.state, spare.why) == ("cancelled", "It leaves together with another email of the same day.")


def test_when_one_of_two_is_taken_off_the_other_still_leaves(client):
    first, second = enrolled(client), enrolled(client, NOON + 7 * DAY)
    withdraw(followups=Followup.objects.filter(session=second, step="day_7"), why="Called instead.", at=NOON + 8 * DAY)
    lay_out(client=client, at=NOON + 8 * DAY)
    alone = Message.objects.get(key=f"session:{first.pk}:day_14")
    assert (alone.state, [row.step for row in alone.followups.all()]) == ("scheduled", ["day_14"])
    assert Message.objects.get(key=f"session:{second.pk}:day_7").state == "cancelled"


def test_what_was_taken_off_does_not_come_back(client):
    enrolled(client)
    withdraw(followups=Followup.objects.filter(step="week_6"), why="Moved away.", at=NOON)
    before = standing(client)
    lay_out(client=client, at=NOON)
    assert standing(client) == before
    assert Message.objects.get(followups__step="week_6").state == "cancelled"


def test_a_client_in_another_zone_is_written_to_in_their_own_hours(clinic):
    away = ClientFactory(clinic=clinic, time_zone="America/New_York")
    enrolled(away)  # noon in London is 8 in the morning there, before the emails leave
    assert Message.objects.get(followups__step="day_1").due_at == NOON + DAY + timedelta(hours=1)


def test_a_session_that_ended_earlier_than_was_written_down_moves_what_is_to_leave(client):
    enrolled(client)
    Enrolment.objects.update(anchored_at=NOON - timedelta(hours=2))
    lay_out(client=client, at=NOON)
    assert Message.objects.get(followups__step="day_7").due_at == NOON + 7 * DAY - timedelta(hours=2)


def test_a_step_that_a_person_moved_keeps_that_time(client):
    enrolled(client)
    moved = Followup.objects.get(step="day_7")
    moved.due_at, moved.send_by, moved.moved_by = NOON + 8 * DAY, NOON + 11 * DAY, UserFactory()
    moved.save()
    lay_out(client=client, at=NOON)
    assert Message.objects.get(followups__step="day_7").due_at == NOON + 8 * DAY


def test_what_left_stays_as_it_was(client):
    enrolled(client)
    Message.objects.filter(followups__step="aftercare").update(state="sent", sent_at=NOON)
    Enrolment.objects.update(anchored_at=NOON + timedelta(hours=5))
    lay_out(client=client, at=NOON + timedelta(hours=6))
    left = Message.objects.get(followups__step="aftercare")
    assert (left.state, left.due_at) == ("sent", NOON + timedelta(hours=1))


def test_somebody_without_an_address_gets_theirs_once_there_is_one(clinic):
    client = ClientFactory(clinic=clinic, email="")
    enrolled(client)
    assert Message.objects.count() == 0
    client.email = "new@example.org"
    client.save()
    lay_out(client=client, at=NOON + DAY)
    assert Message.objects.filter(client=client).unsent().count() == len(Followup.objects.all()) > 0


def test_a_step_that_came_too_late_is_not_made_after_all(clinic):
    client = ClientFactory(clinic=clinic, email="")
    enrolled(client)
    client.email = "new@example.org"
    client.save()
    lay_out(client=client, at=NOON + 5 * DAY)
    assert set(Followup.objects.values_list("step", flat=True)) == {"day_7", "day_14", *RESULTS}


def test_a_session_that_was_written_down_late_has_every_step_so_that_what_is_late_is_told(client):
    session = SessionFactory(plan=PlanFactory(client=client), ended_at=NOON)
    schedule_followups(session=session, at=NOON + 5 * DAY)
    assert Followup.objects.filter(step="aftercare").exists()
