"""A completed session is put right: its end, or all of it; and what becomes of the emails."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from clients.models import Message
from portal.models import AuditEvent
from tests.factories import NOON, PlanFactory, SessionFactory
from tests.treatments.sessions.conftest import LATER, ready_session, refusal, start
from treatments.followups.models import Enrolment, Followup
from treatments.followups.services import delay_followup, schedule_followups, send_again
from treatments.models import Plan
from treatments.sessions.services import ZoneDone, complete_session, correct_end, reopen_session

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
CHEEKS = [ZoneDone("cheeks", Decimal("1.00"))]
RESULTS = {"week_4", "week_6", "month_3", "month_6"}


def complete(ready, at=LATER, **changed):
    facts = {"device": ready.device, "cartridge_lot": "LOT-7", "zones": CHEEKS, "ended_at": LATER, "notes": "Calm"}
    complete_session(session=ready.session, by=ready.by, at=at, **facts | changed)


@pytest.fixture
def done(ready):
    start(ready)
    complete(ready)
    return ready


def correct(done, ended_at, reason="The clock was wrong.", at=LATER + 5 * MINUTE):
    correct_end(session=done.session, ended_at=ended_at, reason=reason, by=done.by, at=at)


def reopen(done, reason="The wrong lot.", at=LATER + 5 * MINUTE):
    reopen_session(session=done.session, reason=reason, by=done.by, at=at)


def earlier_session(client, days):
    session = SessionFactory(plan=PlanFactory(client=client), ended_at=NOON - days * DAY)
    schedule_followups(session=session, at=session.ended_at)
    return session


def to_leave(session):
    """The steps of a session whose message is to leave, with their time."""
    rows = Followup.objects.filter(session=session, message__state="scheduled").standing()
    return dict(rows.values_list("step", "due_at"))


def test_a_corrected_end_moves_what_is_to_leave_and_says_what_stood_there(done):
    before = to_leave(done.session)
    correct(done, LATER - 30 * MINUTE)
    after = to_leave(done.session)
    assert {before[step] - after[step] for step in ("aftercare", "day_7", "week_4")} == {30 * MINUTE}
    assert Enrolment.objects.get().anchored_at == done.session.ended_at == LATER - 30 * MINUTE
    assert "The clock was wrong. It said: ended 1 Jun 2026, 13:50; Cheeks 1.00 mm;" in done.session.notes
    event = AuditEvent.objects.get(action="session.end_corrected")
    assert (event.actor, "clock" in str(event.facts)) == (done.by, False)


def test_a_time_that_a_person_chose_holds_while_it_is_in_the_steps_window(done):
    day_7, day_3 = (Followup.objects.get(step=step) for step in ("day_7", "day_3"))
    then = LATER + 7 * DAY + timedelta(hours=1)
    delay_followup(followup=day_7, due_at=then, by=done.by, at=LATER)
    delay_followup(followup=day_3, due_at=LATER + 4 * DAY + timedelta(hours=20), by=done.by, at=LATER)
    correct(done, LATER - 49 * MINUTE)
    kept = {row.step: row.moved_by for row in Followup.objects.filter(step__in=["day_7", "day_3"])}
    assert (kept, to_leave(done.session)["day_7"]) == ({"day_7": done.by, "day_3": done.by}, then)


@pytest.mark.parametrize(
    ("ended_at", "reason", "words"),
    [
        (LATER + DAY, "x", "The end is in the future. Write when the session ended."),
        (NOON - DAY, "x", "The end is before the start. Check the date and time."),
        (LATER, "x", "That is the end that is written down already. Write when the session really ended."),
        (NOON, "  ", "Write the reason: it is kept with the session."),
    ],
)
def test_an_end_that_cannot_be_is_refused(done, ended_at, reason, words):
    assert refusal(correct, done, ended_at, reason) == words
    assert done.session.notes == "Calm"


def test_a_session_that_is_not_completed_is_neither_corrected_nor_reopened(ready):
    words = "Only a completed session can be put right; this one is not completed. Open it again to see."
    assert (refusal(correct, ready, NOON), refusal(reopen, ready)) == (words, words)


def test_a_reopened_session_is_in_progress_and_its_unsent_emails_are_withdrawn(done):
    Message.objects.filter(followups__step="aftercare").update(state="sent", sent_at=LATER)
    reopen(done)
    assert (done.session.state, done.session.ended_at, to_leave(done.session)) == ("in_progress", None, {})
    assert set(Message.objects.filter(kind="followup").values_list("state", "why")) == {
        ("sent", ""),
        ("cancelled", "The session was reopened."),
    }
    assert "The wrong lot. It said: ended 1 Jun 2026, 13:50; Cheeks 1.00 mm; " in done.session.notes
    assert "cartridge lot LOT-7.]" in done.session.notes


def test_what_was_to_be_sent_again_does_not_leave_either(done):
    Message.objects.filter(followups__step="aftercare").update(state="sent", sent_at=LATER)
    again = send_again(followup=Followup.objects.get(step="aftercare"), by=done.by, at=LATER)
    reopen(done)
    again.refresh_from_db()
    assert again.state == "cancelled"


def test_completing_again_goes_on_with_the_same_course_and_sends_nothing_twice(done):
    Message.objects.filter(followups__step="aftercare").update(state="sent", sent_at=LATER)
    before, course = to_leave(done.session), Enrolment.objects.get()
    reopen(done)
    complete(done, at=LATER + 10 * MINUTE, ended_at=LATER - 20 * MINUTE, cartridge_lot="LOT-8", notes="Right now")
    after = to_leave(done.session)
    assert (Enrolment.objects.get(), set(after)) == (course, set(before))
    assert before["week_4"] - after["week_4"] == 20 * MINUTE
    assert Message.objects.filter(state="sent").count() == 1
    assert (done.session.cartridge_lot, done.session.notes[:5], done.session.notes[-9:]) == (
        "LOT-8",
        "Calm\n",
        "Right now",
    )
    assert [str(zone) for zone in done.session.zones.all()] == ["Cheeks 1.00 mm"]


def test_a_step_whose_time_passed_meanwhile_is_told_as_late_not_forgotten(done):
    reopen(done)
    complete(done, at=LATER + 3 * DAY)
    assert to_leave(done.session)["day_1"] < LATER + 3 * DAY  # the next drain finds it late: a to-do


def test_an_older_sessions_results_emails_stand_again_and_go_when_it_is_completed_again(practitioner):
    ready = ready_session(practitioner, NOON)
    older = earlier_session(ready.client, 30)
    start(ready)
    complete(ready)
    assert RESULTS & set(to_leave(older)) == set()
    reopen(ready)
    assert RESULTS & set(to_leave(older)) == RESULTS
    complete(ready, at=LATER + 10 * MINUTE)
    assert (RESULTS & set(to_leave(older)), RESULTS & set(to_leave(ready.session))) == (set(), RESULTS)


def test_of_an_older_session_only_what_is_in_time_stands_again(practitioner):
    ready = ready_session(practitioner, NOON)
    older = earlier_session(ready.client, 34)
    start(ready)
    complete(ready)
    reopen(ready, at=LATER + 2 * DAY)  # day 36: the time of the week-4 email is over
    assert RESULTS & set(to_leave(older)) == RESULTS - {"week_4"}


def test_what_a_person_skipped_does_not_come_back(practitioner):
    ready = ready_session(practitioner, NOON)
    older = earlier_session(ready.client, 30)
    Followup.objects.filter(session=older, step="month_3").update(
        withdrawn_at=NOON, withdrawn_why="Skipped: moved away", withdrawn_by=ready.by
    )
    start(ready)
    complete(ready)
    reopen(ready)
    assert "month_3" not in to_leave(older)


def test_the_plan_runs_again_and_is_completed_again(done):
    Plan.objects.filter(pk=done.plan.pk).update(state="completed", sessions_planned=1)
    done.session.plan.refresh_from_db()
    reopen(done)
    assert Plan.objects.get(pk=done.plan.pk).state == "active"
    complete(done, at=LATER + 10 * MINUTE)
    assert Plan.objects.get(pk=done.plan.pk).state == "completed"


def test_one_that_could_not_be_completed_again_stays_completed(done):
    Plan.objects.filter(pk=done.plan.pk).update(state="stopped", stop_reason="Moved away")
    before = to_leave(done.session)
    assert "The plan is stopped" in refusal(reopen, done)
    done.session.refresh_from_db()
    assert (done.session.state, to_leave(done.session)) == ("completed", before)


@pytest.fixture
def of_now(practitioner):
    """A session that was completed a moment ago by the real clock."""
    now = timezone.now().replace(second=0, microsecond=0) - timedelta(hours=1)
    ready = ready_session(practitioner, now)
    start(ready, now)
    complete(ready, at=now + 50 * MINUTE, ended_at=now + 50 * MINUTE)
    return ready


def test_both_are_reached_from_the_sessions_page_by_those_who_treat(of_now, practitioner, front_desk, signed_in):
    pages = [reverse(f"admin:treatments_session_{verb}", args=[of_now.session.pk]) for verb in ("correct", "reopen")]
    own = reverse("admin:treatments_session_change", args=[of_now.session.pk])
    shown, at_the_desk = (signed_in(one).get(own).content.decode() for one in (practitioner, front_desk))
    assert [(page in shown, page in at_the_desk) for page in pages] == [(True, False)] * 2
    assert [signed_in(front_desk).get(page).status_code for page in pages] == [403, 403]


def test_the_pages_say_what_is_wrong_at_its_field_and_then_do_it(of_now, practitioner, signed_in):
    browser, pk = signed_in(practitioner), of_now.session.pk
    correct, reopens = (reverse(f"admin:treatments_session_{verb}", args=[pk]) for verb in ("correct", "reopen"))
    answer = browser.post(correct, {"ended_at": "2040-01-01T10:00", "reason": ""})
    assert set(answer.context["form"].errors) == {"ended_at", "reason"}
    assert browser.post(reopens, {"reason": "The wrong lot."}).status_code == 302
    form = browser.get(reverse("admin:treatments_session_complete", args=[pk])).context["form"]
    assert (form["cartridge_lot"].value(), str(form["depth_cheeks"].value())) == ("LOT-7", "1.0")
    assert "not completed" in browser.get(correct).content.decode()
