"""A worker finds who is to be laid out anew, and goes through them."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django_scopes import scope
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clients.models import Client, Message
from portal.audit.models import AuditEvent
from tests.factories import NOON, ClientFactory, ClinicFactory, LayoutFactory
from tests.treatments.followups.courses import enrolled, open_between
from treatments.followups.models import Followup, Layout
from treatments.followups.services import (
    find_enrolled,
    hours,
    lay_out,
    lay_out_anew,
)
from treatments.followups.tasks import lay_out_anew as task

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
FORECAST = "/admin/treatments/followup/"


@pytest.fixture
def client(clinic):
    return ClientFactory(clinic=clinic)


def test_an_archived_client_is_laid_out_when_they_are_back(clinic, client):
    enrolled(client)
    open_between(clinic, 9, 11)
    Client.objects.update(archived_at=NOON)
    assert lay_out_anew(at=NOON) == 0
    Client.objects.update(archived_at=None)
    assert lay_out_anew(at=NOON) == 1


def test_another_clinics_clients_stay_as_they_are(clinic, client):
    enrolled(client)
    other = LayoutFactory(client=ClientFactory(clinic=ClinicFactory(), email="b@example.org"))
    open_between(clinic, 9, 11)
    assert lay_out_anew(at=NOON) == 1
    row = Layout._base_manager.get(pk=other.pk)
    assert (row.opens, row.closes) == (time(9), time(18))


def moved():
    """The clients whose messages were given other times, in that order."""
    done = AuditEvent.objects.filter(action="message.rescheduled").order_by("pk").values_list("subject_id", flat=True)
    whose = dict(Message.objects.values_list("pk", "client_id"))
    return list(dict.fromkeys(whose[pk] for pk in done))


def test_a_round_takes_whose_email_is_due_first_and_the_next_one_goes_on(clinic, monkeypatch):
    monkeypatch.setattr(hours, "LASTING", timedelta(0))
    done, late, early = (ClientFactory(clinic=clinic) for _ in range(3))
    enrolled(done)
    Message.objects.update(state="sent", sent_at=NOON)
    enrolled(late)
    enrolled(early, NOON - 3 * DAY)
    open_between(clinic, 9, 11)
    assert [lay_out_anew(at=NOON) for _ in range(4)] == [1, 1, 1, 0]
    assert moved() == [early.pk, late.pk]


def test_two_clinics_are_each_laid_out_by_their_own_hours(clinic, client):
    enrolled(client)
    other = ClientFactory(clinic=ClinicFactory())
    with scope(clinic=other.clinic):
        enrolled(other)
    for one, closes in ((clinic, 11), (other.clinic, 15)):
        open_between(one, 9, closes)
    assert lay_out_anew(at=NOON) == 2
    found = Followup._base_manager.filter(step="week_6").values_list("clinic", "due_at")
    assert dict(found) == {clinic.pk: NOON + 42 * DAY - 3 * HOUR, other.clinic.pk: NOON + 42 * DAY}


def test_who_cannot_be_laid_out_holds_up_nobody(clinic, monkeypatch):
    bad, good = (ClientFactory(clinic=clinic) for _ in range(2))
    for one in (bad, good):
        enrolled(one)
    open_between(clinic, 9, 11)

    def breaking(*, client, at):
        if client == bad:
            raise ZeroDivisionError
        lay_out(client=client, at=at)

    monkeypatch.setattr(hours, "lay_out", breaking)
    with pytest.raises(ExceptionGroup):
        lay_out_anew(at=NOON)
    assert moved() == [good.pk]


def test_who_was_enrolled_before_there_were_such_notes_is_found(clinic, client):
    enrolled(client)
    enrolled(client, NOON + DAY)
    Layout.objects.all().delete()
    open_between(clinic, 9, 11)
    assert lay_out_anew(at=NOON) == 0
    assert [find_enrolled(), find_enrolled()] == [1, 0]
    assert lay_out_anew(at=NOON) == 1
    assert {row.due_at.hour for row in Followup.objects.filter(step="day_7")} == {8}


def test_while_nothing_has_changed_a_look_is_one_query(clinic, client):
    enrolled(client)
    with CaptureQueriesContext(connection) as asked:
        assert lay_out_anew(at=NOON) == 0
    assert len(asked) == 1


def test_the_forecast_says_so_until_it_is_done(clinic, client, practitioner, signed_in):
    enrolled(client)
    browser, words = signed_in(practitioner), "are just being laid out anew"
    other = ClientFactory(clinic=clinic)

    def says(query=""):
        return words in browser.get(f"{FORECAST}{query}").content.decode()

    assert not says()
    open_between(clinic, 9, 11)
    assert [says(), says(f"?client={client.pk}"), says(f"?client={other.pk}")] == [True, True, False]
    task()
    assert not says()


def coming(client):
    """What is to leave: the sessions and steps of each email, when, and until when."""
    found = []
    for message in Message.objects.filter(client=client).unsent():
        steps = message.followups.standing().values_list("session__number", "step")
        found.append((sorted(steps), message.due_at, message.send_by, message.in_hours))
    return sorted(found, key=lambda one: (one[1], one[0]))


ZONES = st.sampled_from(["", "America/New_York", "Pacific/Auckland", "Asia/Kolkata"])
HOURS = st.tuples(st.integers(0, 22), st.integers(1, 23)).map(lambda two: (two[0], min(23, sum(two))))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    was=st.tuples(HOURS, ZONES),
    now=st.tuples(HOURS, ZONES),
    ended=st.lists(st.integers(0, 60 * 24), min_size=1, max_size=3, unique=True),
)
def test_laid_out_anew_is_as_laid_out_from_the_start(clinic, was, now, ended):
    start = datetime(2026, 3, 1, 8, tzinfo=UTC)
    with transaction.atomic():
        told = []
        for hours_then in ((was, now), (now,)):
            client = ClientFactory(clinic=clinic, time_zone=hours_then[0][1])
            open_between(clinic, *hours_then[0][0])
            for number, after in enumerate(sorted(ended), 1):
                enrolled(client, start + after * HOUR, number=number)
            open_between(clinic, *now[0])
            Client.objects.filter(pk=client.pk).update(time_zone=now[1])
            lay_out_anew(at=start)
            told.append(coming(client))
        assert told[0] == told[1]
        transaction.set_rollback(True)
