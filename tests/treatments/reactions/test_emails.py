"""Emails about results wait for an open case, and go on or go away with it."""

from datetime import timedelta

import pytest
from django.core import mail

from clients.messages.services import drain
from clients.models import Message
from tests.factories import NOON, CaseFactory, ClientFactory, PlanFactory, SessionFactory
from treatments.cases.models import Case
from treatments.cases.services import close_case, open_case, write_entry
from treatments.followups.emails.reasons import CASE
from treatments.followups.models import Alert
from treatments.followups.services import (
    acknowledge_alert,
    escalate_alerts,
    schedule_followups,
    starting_facts,
    submit_reply,
)
from treatments.reactions.services import begin_case, end_case, note_done

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def session(clinic):
    """It ended at noon, and its follow-ups are scheduled."""
    plan = PlanFactory(client=ClientFactory(clinic=clinic))
    session = SessionFactory(plan=plan, started_at=NOON, ended_at=NOON)
    schedule_followups(session=session, at=NOON)
    return session


def opened(session, by, at):
    facts = {"kind": "erythema", "zones": [], "began_on": NOON.date(), "grade": 2, "words": "Red."}
    said = {"done": "called", "note": "Called.", "call_by": at + 30 * DAY}
    return open_case(session=session, by=by.user, at=at, **facts, **said)


def post(at):
    drain(worker="test", at=lambda: at, limit=500)


def week_4(session):
    return Message.objects.get(key=f"session:{session.pk}:week_4")


def test_aftercare_leaves_and_results_wait_while_a_case_is_open(session, practitioner):
    case = opened(session, practitioner, NOON + HOUR)
    mail.outbox.clear()
    post(NOON + DAY + 2 * HOUR)
    assert mail.outbox  # the questions of day 1
    due_at = week_4(session).due_at
    post(due_at)
    assert (week_4(session).state, week_4(session).why) == ("scheduled", CASE)
    end_case(case=case, ending="recovered", note="Calm.", resume=True, by=practitioner.user, at=due_at + HOUR)
    post(due_at + HOUR)
    assert week_4(session).state == "sent"


def test_what_is_too_late_when_the_case_closes_stays_unsent(session, practitioner):
    case = opened(session, practitioner, NOON + HOUR)
    late = week_4(session).send_by + HOUR
    post(week_4(session).due_at)
    end_case(case=case, ending="recovered", note="Calm.", resume=True, by=practitioner.user, at=late)
    post(late)
    assert week_4(session).state == "late"


def test_the_closer_may_have_none_of_them_leave_and_care_still_does(session, practitioner):
    case = opened(session, practitioner, NOON + HOUR)
    end_case(case=case, ending="lasting", note="A mark.", resume=False, by=practitioner.user, at=NOON + 2 * HOUR)
    about = {row.message.key.split(":")[-1]: row for row in session.followups.select_related("message")}
    gone = {
        step for step, row in about.items() if row.withdrawn_why == "It was cancelled when a reaction case was closed."
    }
    assert gone == {step for step, row in about.items() if row.about_results}
    assert week_4(session).state == "cancelled"
    assert about["day_3"].message.state == "scheduled"


def test_another_open_case_holds_them_still(session, practitioner):
    case = opened(session, practitioner, NOON + HOUR)
    CaseFactory(session=session, opened_at=NOON + HOUR, call_by=NOON + 40 * DAY)
    due_at = week_4(session).due_at
    post(due_at)
    end_case(case=case, ending="recovered", note="Calm.", resume=True, by=practitioner.user, at=due_at + HOUR)
    post(due_at + HOUR)
    assert week_4(session).state == "scheduled"


def flagged(session, *signs):
    followup = session.followups.get(step="day_3")
    submit_reply(followup=followup, answers={"signs": list(signs), "comment": "Help."}, at=NOON + 3 * DAY)
    return Alert.objects.latest("pk")


@pytest.mark.parametrize("reached", [True, False])
def test_an_urgent_red_flag_goes_on_as_a_case_whose_clock_is_the_red_flags_until_somebody_was_reached(
    session, practitioner, reached
):
    alert = flagged(session, "cold_sore")
    at = NOON + 3 * DAY + HOUR
    case = acknowledge_alert(alert=alert, note="Left a message.", reached=reached, by=practitioner.user, at=at)
    assert (case.alert, case.kind, case.grade) == (alert, "herpes_reactivation", 3)
    assert "Cold sore or grouped blisters.\n“Help.”" in case.words
    assert (case.contacted_at, case.call_by) == ((at, at + DAY) if reached else (None, alert.act_by))
    assert [entry.kind for entry in case.entries.all()] == ["opened", "called" if reached else "not_reached"]


def test_a_second_red_flag_of_the_session_goes_into_its_open_case(session, practitioner):
    by = {"note": "Called.", "reached": True, "by": practitioner.user}
    case = acknowledge_alert(alert=flagged(session, "pus"), at=NOON + 3 * DAY + HOUR, **by)
    again = acknowledge_alert(alert=flagged(session, "rash"), at=NOON + 4 * DAY, **by)
    assert (again, Case.objects.count()) == (case, 1)
    assert "Rash or hives." in case.entries.last().note


def test_reaching_the_client_about_a_second_red_flag_acts_on_the_first_that_the_case_came_from(session, practitioner):
    first, at = flagged(session, "pus"), NOON + 3 * DAY + HOUR
    begin_case(session=session, alert=first, call_by=first.act_by, by=practitioner.user, at=at, **starting_facts(first))
    said = {"note": "Called.", "by": practitioner.user}
    acknowledge_alert(alert=flagged(session, "rash"), reached=False, at=at + HOUR, **said)
    assert list(Alert.objects.waiting()) == [first]
    acknowledge_alert(alert=flagged(session, "fever"), reached=True, at=at + 2 * HOUR, **said)
    assert not Alert.objects.waiting().exists()


def test_a_red_flag_whose_case_is_over_already_opens_no_other(session, practitioner):
    alert, at = flagged(session, "pus"), NOON + 3 * DAY + HOUR
    case = opened(session, practitioner, at)
    Case.objects.filter(pk=case.pk).update(alert=alert)
    said = {"note": "All calm.", "by": practitioner.user}
    close_case(case=case, ending="recovered", at=at + HOUR, **said)
    assert acknowledge_alert(alert=alert, at=at + 2 * HOUR, **said) is None
    assert (Alert.objects.waiting().count(), Case.objects.count()) == (0, 1)


def test_closing_a_case_acts_on_the_red_flag_that_it_was_opened_from(session, practitioner):
    alert, at = flagged(session, "pus"), NOON + 3 * DAY + HOUR
    case = opened(session, practitioner, at)
    Case.objects.filter(pk=case.pk).update(alert=alert)
    end_case(case=case, ending="recovered", note="All calm.", resume=True, by=practitioner.user, at=at + HOUR)
    alert.refresh_from_db()
    assert (alert.acknowledged_at, alert.acknowledged_by, alert.note) == (at + HOUR, practitioner.user, "All calm.")
    due_at = week_4(session).due_at
    post(due_at)
    assert week_4(session).state == "sent"


def test_what_is_only_to_be_reviewed_opens_no_case(session, practitioner):
    followup = session.followups.get(step="day_7")
    submit_reply(followup=followup, answers={"signs": ["bumps"]}, at=NOON + 7 * DAY)
    by = {"note": "Looked.", "by": practitioner.user, "at": NOON + 8 * DAY}
    assert acknowledge_alert(alert=Alert.objects.get(), **by) is None
    assert Case.objects.count() == 0


def test_writing_down_a_call_does_not_let_them_go(session, practitioner):
    case = opened(session, practitioner, NOON + HOUR)
    due_at = week_4(session).due_at
    said = {"kind": "called", "note": "Better.", "call_by": due_at + DAY}
    write_entry(case=case, by=practitioner.user, at=due_at - HOUR, **said)
    post(due_at)
    assert week_4(session).state == "scheduled"


@pytest.mark.parametrize(("done", "settled"), [("called", True), ("not_reached", False), ("prescriber", False)])
def test_the_first_word_with_the_client_acts_on_the_red_flag_of_the_case_and_its_clock_stops(
    session, practitioner, done, settled
):
    alert, at = flagged(session, "pus"), NOON + 3 * DAY + HOUR
    facts = starting_facts(alert) | {"call_by": alert.act_by, "by": practitioner.user}
    case = begin_case(session=session, alert=alert, at=at, **facts)
    assert Alert.objects.waiting().count() == 1
    said = {"kind": done, "note": "It calms.", "call_by": at + 2 * HOUR, "by": practitioner.user}
    assert note_done(case=case, at=at + HOUR, **said) == settled
    alert.refresh_from_db()
    assert (alert.acknowledged_at, alert.note) == ((at + HOUR, "It calms.") if settled else (None, ""))
    assert escalate_alerts(at=at + 2 * DAY) == (not settled)
    post(week_4(session).due_at)
    assert week_4(session).state == "scheduled"  # the case is open


def test_a_case_that_begins_with_a_call_acts_on_its_red_flag_at_once(session, practitioner):
    alert, at = flagged(session, "pus"), NOON + 3 * DAY + HOUR
    facts = starting_facts(alert) | {"call_by": at + DAY, "by": practitioner.user}
    begin_case(session=session, alert=alert, done="called", note="Spoke to them.", at=at, **facts)
    alert.refresh_from_db()
    assert (alert.acknowledged_at, alert.note) == (at, "Spoke to them.")
