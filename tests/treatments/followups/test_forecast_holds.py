"""With no change from outside, what the post office then does is exactly what the forecast said."""

from datetime import UTC, datetime, time, timedelta
from itertools import groupby

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clients.messages.delivery import outcomes
from clients.messages.forecast import AHEAD, forecast, to_come
from clients.messages.services import drain
from clients.models import Message
from tests.factories import (
    AlertFactory,
    CaseFactory,
    ClientFactory,
    FollowupFactory,
    PlanFactory,
    ReplyFactory,
    SessionFactory,
    SuppressionFactory,
)
from treatments.followups.models import Followup
from treatments.followups.services import (
    delay_followup,
    lay_out,
    lay_out_anew,
    may_leave_between,
    schedule_followups,
    schedule_reminders,
    skip_followup,
)

START = datetime(2026, 3, 1, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def soonest(monkeypatch):
    """What waits is looked at again as soon as may be; by chance that could be too late for it at once."""
    monkeypatch.setattr(outcomes.SPREAD, "random", lambda: 0.0)


def sees_red(client, _user):
    AlertFactory(client=client, reply=ReplyFactory(followup=FollowupFactory(session__plan=PlanFactory(client=client))))


def reacts(client, _user):
    CaseFactory(session=SessionFactory(plan=PlanFactory(client=client)), opened_at=START)


def change(client, **fields):
    type(client).objects.filter(pk=client.pk).update(**fields)


def answer(client, step, **more):
    for row in Followup.objects.filter(client=client, step=step):
        ReplyFactory(followup=row, **more)


def skip(client, user):
    for row in Followup.objects.filter(client=client, step="week_4").select_related("message"):
        if row.may_move:
            skip_followup(followup=row, reason="Called.", by=user, at=START)


def delay(client, user):
    for row in Followup.objects.filter(client=client, step__in=["day_14", "week_6"]).select_related("message"):
        space = may_leave_between(row)
        if row.may_move and space.first >= START:
            delay_followup(followup=row, due_at=space.last, by=user, at=START)


HAPPENS = {
    "red flag": sees_red,
    "case open": reacts,
    "emails off": lambda client, _user: change(client, gets_follow_ups=False),
    "archived": lambda client, _user: change(client, archived_at=START),
    "answered day 3": lambda client, _user: answer(client, "day_3"),
    "day 7 not clear": lambda client, _user: answer(client, "day_7", urgency="review"),
    "skipped": skip,
    "delayed": delay,
    "bounced": lambda client, _user: SuppressionFactory(clinic=client.clinic, address=client.email.lower()),
    "no address": lambda client, _user: change(client, email=""),
}


ZONES = st.sampled_from(["", "America/New_York", "Pacific/Auckland"])
OPENS, OPEN_FOR = st.integers(6, 12), st.integers(1, 11)
CASES = st.fixed_dictionaries(
    {
        "ended": st.lists(st.integers(0, 60 * 24), min_size=1, max_size=3, unique=True),  # hours after START
        "zone": ZONES,
        "skin_type": st.sampled_from(["", "II", "V"]),
        "opens": OPENS,
        "open_for": OPEN_FOR,
        "changed": st.none() | st.tuples(OPENS, OPEN_FOR, ZONES),  # when emails leave, after all were scheduled
        "happened": st.sets(st.sampled_from(sorted(HAPPENS)), max_size=2),
        "looked": st.integers(0, 70 * 24),  # hours after START
        "others": st.lists(st.integers(0, 60 * 24), max_size=1),  # of another client, to whom nothing happens
    }
)


def treat(client, hours):
    """Sessions that ended so many hours after START."""
    for each in sorted(hours):
        ended_at = START + timedelta(hours=each)
        schedule_followups(session=SessionFactory(plan=PlanFactory(client=client), ended_at=ended_at), at=ended_at)
    lay_out(client=client, at=START)


def open_for(clinic, opens, hours):
    clinic.sends_from, clinic.sends_until = time(opens), time(opens + hours)
    clinic.save()


def lay_the_ground(clinic, user, case):
    """A client with these sessions, to whom these things have happened."""
    open_for(clinic, case["opens"], case["open_for"])
    client = ClientFactory(clinic=clinic, time_zone=case["zone"], skin_type=case["skin_type"])
    treat(client, case["ended"])
    if case.get("others"):
        treat(ClientFactory(clinic=clinic, email="other@example.org"), case["others"])
    if case.get("changed"):
        *hours, zone = case["changed"]
        open_for(clinic, *hours)
        change(client, time_zone=zone)
        client.refresh_from_db()
    for name in sorted(case["happened"]):
        HAPPENS[name](client, user)
    lay_out_anew(at=START)


def what_then_happens(said):
    """The post office works at each foretold moment; what has become of each message then, and of none before."""
    found = {}
    for at, together in groupby(said, key=lambda one: one.at):
        told = list(together)
        rows = Message.objects.filter(pk__in=[one.message.pk for one in told])
        assert set(rows.values_list("state", flat=True)) == {"scheduled"}
        drain(worker="w", at=lambda at=at: at, limit=500)
        assert set(rows.values_list("sent_at", flat=True)) <= {None, at}
        telling = {one.message.pk for one in told if one.state in ("skipped", "scheduled", "failed")}
        found |= {row.pk: (row.state, row.why if row.pk in telling else "") for row in rows.all()}
    return found


def settled():
    """The messages that are not to come any more."""
    return set(Message.objects.exclude(state__in=["scheduled", "cancelled"]).values_list("pk", flat=True))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(case=CASES)
def test_what_is_foretold_happens(clinic, owner, case):
    with transaction.atomic():
        lay_the_ground(clinic, owner.user, case)
        at = START + timedelta(hours=case["looked"])
        rows = list(to_come(Message.objects.all(), until=at + AHEAD).select_related("client__clinic", "clinic"))
        said, before = forecast(rows, at=at), settled()
        told = {one.message.pk: (one.state, one.why if one.state != "late" else "") for one in said}
        assert what_then_happens(said) == told
        waiting = [one for one in said if one.waits]
        for one in waiting:
            drain(worker="w", at=lambda one=one: one.message.send_by, limit=500)
        states = Message.objects.filter(pk__in=[one.message.pk for one in waiting]).values_list("state", flat=True)
        assert set(states) <= {"late"}
        drain(worker="w", at=lambda: at + AHEAD - MINUTE, limit=500)
        assert settled() - before <= set(told)  # and nothing that was not foretold
        transaction.set_rollback(True)


ONE_SESSION = {"ended": [4], "zone": "", "skin_type": "", "opens": 9, "open_for": 10, "happened": set(), "looked": 0}


def test_a_message_is_foretold_for_the_moment_at_which_it_leaves_and_not_before(clinic, owner):
    lay_the_ground(clinic, owner.user, ONE_SESSION)
    rows = list(to_come(Message.objects.all(), until=START + AHEAD).select_related("client__clinic", "clinic"))
    for one in forecast(rows, at=START):
        drain(worker="w", at=lambda one=one: one.at - MINUTE, limit=500)
        assert Message.objects.get(pk=one.message.pk).state == "scheduled"
        drain(worker="w", at=lambda one=one: one.at, limit=500)


@pytest.mark.parametrize("earlier", [timedelta(0), timedelta(hours=2)])
def test_a_reminder_is_foretold_for_the_moment_at_which_it_then_leaves(earlier, clinic, owner):
    lay_the_ground(clinic, owner.user, ONE_SESSION)
    if earlier:
        row = Followup.objects.get(step="day_1")
        delay_followup(followup=row, due_at=row.due_at - earlier, by=owner.user, at=START)
    rows = list(to_come(Message.objects.filter(key__endswith=":day_1"), until=START + AHEAD))
    (said,) = forecast(rows, at=START)
    drain(worker="w", at=lambda: said.at, limit=500)
    schedule_reminders(at=said.at + MINUTE)
    (due_at,) = Message.objects.filter(kind="followup_reminder").values_list("due_at", flat=True)
    assert f"Without an answer one reminder leaves on {timezone.localtime(due_at):%-d %b %Y, %H:%M}." in said.because
