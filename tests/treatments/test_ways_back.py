"""What the way back to the release before care schedules makes of rows that it has no place for, and the way on."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps

from tests.factories import (
    NOON,
    AlertFactory,
    ClientFactory,
    FollowupFactory,
    MembershipFactory,
    MessageFactory,
    PlanFactory,
    ReplyFactory,
    SessionFactory,
)
from treatments.models import Alert, CareVersion, Enrolment, Followup, Reply

DAY = timedelta(days=1)
fitted = import_module("treatments.migrations.0015_earlier_followups_know_their_times")
enrolled = import_module("treatments.migrations.0018_earlier_sessions_are_enrolled")
members = import_module("clients.migrations.0005_message_outcome_and_member")


@pytest.fixture
def session(clinic):
    return SessionFactory(plan=PlanFactory(client=ClientFactory(clinic=clinic)), number=1, ended_at=NOON)


def step(session, name, message, after=DAY, **more):
    times = {"due_at": NOON + after, "send_by": NOON + after + DAY}
    return FollowupFactory(session=session, step=name, message=message, **times, **more)


def message_of(session, name, **more):
    return MessageFactory(client=session.client, key=f"session:{session.pk}:{name}", **more)


def test_steps_that_were_to_leave_together_leave_by_themselves_again(session):
    together = message_of(session, "day_7", kind="followup", state="scheduled")
    joined = message_of(session, "day_3", kind="followup", state="cancelled", why="Together.")
    rows = [step(session, "day_3", together), step(session, "day_7", together), step(session, "day_14", together)]
    fitted.fit_the_earlier_release(apps, None)
    found = [Followup.objects.select_related("message").get(pk=row.pk).message for row in rows]
    assert [(one.key.split(":")[2], one.state, one.due_at) for one in found] == [
        ("day_3", "scheduled", NOON + DAY),
        ("day_7", "scheduled", together.due_at),
        ("day_14", "scheduled", NOON + DAY),
    ]
    assert (found[0], len({one.message_id for one in found})) == (joined, 3)


def test_a_step_that_left_with_another_or_was_taken_off_does_not_leave_after_the_way_back(session):
    sent = message_of(session, "day_7", state="sent", sent_at=NOON)
    waits = message_of(session, "week_4")
    left = step(session, "day_3", sent)
    step(session, "day_7", sent)
    off = step(session, "month_3", waits, withdrawn_at=NOON, withdrawn_why="Skipped: no.")
    step(session, "week_4", waits)
    fitted.fit_the_earlier_release(apps, None)
    found = [Followup.objects.select_related("message").get(pk=row.pk).message for row in (left, off)]
    assert [(one.state, one.why) for one in found] == [("cancelled", fitted.TOGETHER), ("cancelled", "Skipped: no.")]


def test_added_replies_join_the_first_and_what_waits_still_waits(session):
    row = step(session, "day_3", message_of(session, "day_3"))
    first = ReplyFactory(followup=row, urgency="urgent", red_flags=["pus"], transcript=[["a", "b"]])
    later = ReplyFactory(followup=row, number=2, urgency="emergency", red_flags=["fever"], transcript=[["c", "d"]])
    by = MembershipFactory(clinic=session.clinic).user
    AlertFactory(reply=first, acknowledged_at=NOON, acknowledged_by=by, note="Called.")
    AlertFactory(reply=later, urgency="emergency")
    fitted.fit_the_earlier_release(apps, None)
    reply, alert = Reply.objects.get(), Alert.objects.get()
    assert (reply.urgency, reply.red_flags, reply.transcript) == (
        "emergency",
        ["pus", "fever"],
        [["a", "b"], ["c", "d"]],
    )
    assert (alert.reply, alert.acknowledged_at, alert.note) == (reply, None, "Called.")


def test_a_clinics_own_step_stops_the_way_back(session):
    step(session, "week_10", message_of(session, "week_10"), title="Ten weeks")
    with pytest.raises(RuntimeError, match="1 follow-ups"):
        fitted.fit_the_earlier_release(apps, None)


def test_a_call_to_one_of_the_team_becomes_one_to_the_clinic(session):
    owner = MembershipFactory(clinic=session.clinic, role="owner")
    message = message_of(session, "x", kind="red_flag_escalated", recipient="member", member=owner)
    members.to_the_clinic(apps, None)
    message.refresh_from_db()
    assert (message.recipient, message.member, message.state) == ("clinic", None, "cancelled")


def test_what_was_withdrawn_before_says_so_itself(session):
    row = step(session, "week_4", message_of(session, "week_4", state="cancelled", why="A newer session replaces it."))
    fitted.forwards(apps, None)
    row.refresh_from_db()
    assert (row.withdrawn_why, row.withdrawn_at) == ("A newer session replaces it.", row.message.due_at)


def test_earlier_sessions_are_enrolled_in_the_default_once(session):
    row = step(session, "week_4", message_of(session, "week_4"))
    SessionFactory(plan=session.plan, number=2, ended_at=NOON + DAY)
    enrolled.enrol(apps, None)
    enrolled.enrol(apps, None)
    course, version = Enrolment.objects.get(), CareVersion.objects.get()
    row.refresh_from_db()
    assert (row.enrolment, course.session, course.anchored_at) == (course, session, NOON)
    assert (course.version, version.shipped != "", version.published_at) == (version, True, NOON)
