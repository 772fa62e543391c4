from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clients.messages.services import MessageAlreadyScheduled
from clients.models import Message
from portal.audit.models import AuditEvent
from tests.factories import NOON, AlertFactory, ClientFactory, FollowupFactory, PlanFactory, SessionFactory
from treatments.followups.models import Alert, Followup, Reply, ReplyDraft
from treatments.followups.services import (
    AlreadyActedOn,
    NoteNeeded,
    NothingAsked,
    SessionNotEnded,
    TooOften,
    acknowledge_alert,
    keep_draft,
    schedule_followups,
    submit_reply,
)
from treatments.followups.terms import Step

DAY = timedelta(days=1)


def ended_session(clinic, client=None, ended_at=NOON, **facts):
    client = client or ClientFactory(clinic=clinic)
    return SessionFactory(plan=PlanFactory(client=client), ended_at=ended_at, **facts)


def actions():
    return list(AuditEvent.objects.order_by("sequence").values_list("action", flat=True))


def test_every_step_is_scheduled_with_its_message(clinic):
    session = ended_session(clinic)
    followups = schedule_followups(session=session, at=NOON)
    assert [followup.step for followup in followups] == list(Step)
    assert set(Message.objects.values_list("key", "kind", "recipient", "state", "client")) == {
        (f"session:{session.pk}:{step}", "followup", "client", "scheduled", session.client_id) for step in Step
    }


def test_every_step_but_aftercare_keeps_the_clinics_sending_hours_however_late_it_leaves(clinic):
    followups = schedule_followups(session=ended_session(clinic), at=NOON)
    assert [followup.step for followup in followups if not followup.message.in_hours] == [Step.AFTERCARE]


def test_the_clinics_own_zone_and_sending_hours_count(clinic):
    clinic.time_zone, clinic.sends_from, clinic.sends_until = "America/New_York", "10:00", "12:00"
    clinic.save()
    clinic.refresh_from_db()
    session = ended_session(clinic, client=ClientFactory(clinic=clinic))
    schedule_followups(session=session, at=NOON)  # it ended at 8 in the morning there
    due_at = Followup.objects.get(step="day_1").message.due_at
    assert due_at == NOON + DAY + timedelta(hours=2)


def test_scheduling_twice_adds_nothing(clinic):
    session = ended_session(clinic)
    schedule_followups(session=session, at=NOON)
    assert (schedule_followups(session=session, at=NOON), Followup.objects.count(), Message.objects.count()) == (
        [],
        9,
        9,
    )


def test_if_one_step_cannot_be_scheduled_none_is(clinic):
    session = ended_session(clinic)
    FollowupFactory(session=ended_session(clinic), message__key=f"session:{session.pk}:week_6", message__clinic=clinic)
    with pytest.raises(MessageAlreadyScheduled), transaction.atomic():
        schedule_followups(session=session, at=NOON)
    assert Followup.objects.filter(session=session).count() == 0


def test_a_client_without_an_email_gets_none(clinic):
    session = ended_session(clinic, client=ClientFactory(clinic=clinic, email=""))
    assert (schedule_followups(session=session, at=NOON), Message.objects.count()) == ([], 0)


def test_a_session_that_has_not_ended_has_no_follow_ups(clinic):
    with pytest.raises(SessionNotEnded):
        schedule_followups(session=ended_session(clinic, ended_at=None), at=NOON)


def test_a_newer_session_takes_the_place_of_older_results_and_keeps_early_care(clinic):
    client, other = ClientFactory(clinic=clinic), ClientFactory(clinic=clinic)
    first, theirs = ended_session(clinic, client), ended_session(clinic, other)
    for session in (first, theirs):
        schedule_followups(session=session, at=NOON)
    schedule_followups(session=ended_session(clinic, client, NOON + 28 * DAY), at=NOON + 28 * DAY)
    withdrawn = Message.objects.filter(state="cancelled")
    assert set(withdrawn.values_list("followups__session", "followups__step", "why")) == {
        (first.pk, step, "A newer session on 29 Jun 2026 replaces it.")
        for step in ("week_4", "week_6", "month_3", "month_6")
    }


def test_an_email_that_has_left_is_not_withdrawn(clinic):
    client = ClientFactory(clinic=clinic)
    schedule_followups(session=ended_session(clinic, client), at=NOON)
    Message.objects.filter(followups__step="week_4").update(state="sent", sent_at=NOON)
    schedule_followups(session=ended_session(clinic, client, NOON + 30 * DAY), at=NOON + 30 * DAY)
    assert Message.objects.get(followups__step="week_4", state="sent").why == ""


def test_calm_answers_are_kept_in_words_and_raise_nothing(clinic):
    followup = FollowupFactory(session__plan__client__clinic=clinic, step="day_3")
    reply = submit_reply(followup=followup, answers={"signs": ["none"], "comment": "All good"}, at=NOON)
    assert (reply.urgency, reply.red_flags, reply.submitted_at) == ("none", [], NOON)
    assert reply.transcript == [
        ["Do you have any of these?", "None of these"],
        ["Anything else you would like to tell us? (optional)", "All good"],
    ]
    assert (Alert.objects.count(), actions()) == (0, ["reply.received"])


@pytest.mark.parametrize(
    ("step", "signs", "urgency", "hours"),
    [
        ("day_3", ["fever", "spreading"], "emergency", 1),
        ("day_3", ["pus"], "urgent", 4),
        ("day_7", ["bumps"], "review", 24),
    ],
)
def test_a_warning_sign_raises_a_red_flag_with_a_clock_and_tells_the_clinic(clinic, step, signs, urgency, hours):
    followup = FollowupFactory(session__plan__client__clinic=clinic, step=step)
    reply = submit_reply(followup=followup, answers={"signs": signs}, at=NOON)
    alert = Alert.objects.get()
    assert (alert.reply, alert.client, alert.urgency, alert.raised_at, alert.act_by) == (
        reply,
        followup.client,
        urgency,
        NOON,
        NOON + timedelta(hours=hours),
    )
    assert (alert.message.kind, alert.message.recipient, alert.message.due_at) == ("red_flag", "clinic", NOON)
    assert actions() == ["reply.received", "messages.scheduled", "alert.raised"]


def test_nothing_personal_enters_the_audit_trail(clinic):
    followup = FollowupFactory(session__plan__client__clinic=clinic, session__plan__client__last_name="Canary")
    submit_reply(followup=followup, answers={"signs": ["pus"], "comment": "Canary"}, at=NOON)
    assert [facts for facts in AuditEvent.objects.values_list("facts", flat=True) if "anary" in str(facts)] == []


def kept():
    return list(Reply.objects.order_by("pk").values_list("number", "answers", "urgency"))


def test_the_first_answers_count_and_later_ones_are_added_and_judged(clinic):
    followup = FollowupFactory(session__plan__client__clinic=clinic)
    submit_reply(followup=followup, answers={"signs": ["none"]}, at=NOON)
    submit_reply(followup=followup, answers={"signs": ["pus"]}, at=NOON + DAY)
    assert kept() == [(1, {"signs": ["none"]}, "none"), (2, {"signs": ["pus"]}, "urgent")]
    assert Reply.objects.counted().get().answers == {"signs": ["none"]}
    assert Alert.objects.get().reply.number == 2


def test_a_button_pressed_twice_is_one_submission_and_the_same_answers_a_day_later_are_another(clinic):
    followup = FollowupFactory(session__plan__client__clinic=clinic)
    for later in (timedelta(0), timedelta(minutes=1), DAY):
        submit_reply(followup=followup, answers={"signs": ["pus"]}, at=NOON + later)
    assert ([row[0] for row in kept()], Alert.objects.count()) == ([1, 2], 2)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sent=st.lists(st.tuples(st.sampled_from(["none", "pus", "rash"]), st.integers(0, 30)), min_size=1, max_size=8))
def test_whatever_is_sent_and_how_often_one_counts_and_each_warning_sign_is_raised(clinic, sent):
    followup, at, expected = FollowupFactory(session__plan__client__clinic=clinic), NOON, []
    kept_at = at
    for sign, minutes in sent:
        at += timedelta(minutes=minutes)
        if not expected or sign != expected[-1] or at - kept_at > timedelta(minutes=10):
            expected.append(sign)
            kept_at = at
        submit_reply(followup=followup, answers={"signs": [sign]}, at=at)
    replies = Reply.objects.filter(followup=followup).order_by("number")
    assert [(reply.number, reply.answers["signs"]) for reply in replies] == [
        (number, [sign]) for number, sign in enumerate(expected, start=1)
    ]
    assert replies.counted().count() == 1
    raised = Alert.objects.filter(reply__followup=followup).count()
    assert raised == len([sign for sign in expected if sign != "none"])


def test_whoever_sends_without_end_is_told_to_call(clinic):
    followup = FollowupFactory(session__plan__client__clinic=clinic)
    for number in range(20):
        submit_reply(followup=followup, answers={"comment": str(number)}, at=NOON)
    with pytest.raises(TooOften):
        submit_reply(followup=followup, answers={"comment": "more"}, at=NOON)
    assert len(kept()) == 20


def test_answers_take_the_draft_away(clinic):
    followup = FollowupFactory(session__plan__client__clinic=clinic)
    keep_draft(followup=followup, typed={"signs": ["pus"]}, at=NOON)
    submit_reply(followup=followup, answers={"signs": ["none"]}, at=NOON)
    assert ReplyDraft.objects.count() == 0


def test_a_draft_adds_up_and_one_of_somebody_who_sees_none_forgets(clinic):
    followup = FollowupFactory(session__plan__client__clinic=clinic)
    first = keep_draft(followup=followup, typed={"signs": ["pus"], "comment": "a"}, at=NOON)
    keep_draft(followup=followup, typed={"comment": ""}, at=NOON, seen=first.pk)
    assert ReplyDraft.objects.get().answers == {"signs": ["pus"]}
    anew = keep_draft(followup=followup, typed={"comment": "b"}, at=NOON)
    assert (ReplyDraft.objects.get().answers, anew.pk != first.pk) == ({"comment": "b"}, True)


def test_aftercare_takes_no_answers(clinic):
    with pytest.raises(NothingAsked):
        submit_reply(
            followup=FollowupFactory(session__plan__client__clinic=clinic, step="aftercare"), answers={}, at=NOON
        )


def red_flag(clinic):
    return AlertFactory(reply__followup__session__plan__client__clinic=clinic)


def test_acting_on_a_red_flag_keeps_who_when_and_what(clinic, practitioner):
    alert = red_flag(clinic)
    acknowledge_alert(alert=alert, note=" Called. ", by=practitioner.user, at=NOON + DAY)
    alert.refresh_from_db()
    assert (alert.acknowledged_by, alert.acknowledged_at, alert.note) == (practitioner.user, NOON + DAY, "Called.")
    assert (Alert.objects.waiting().count(), actions()) == (0, ["alert.acted_on", "case.opened"])


def test_acting_needs_a_note(clinic, practitioner):
    with pytest.raises(NoteNeeded):
        acknowledge_alert(alert=red_flag(clinic), note="  ", by=practitioner.user, at=NOON)
    assert Alert.objects.waiting().count() == 1


def test_the_second_to_act_is_told_and_overwrites_nothing(clinic, practitioner, owner):
    alert = red_flag(clinic)
    acknowledge_alert(alert=alert, note="Called.", by=practitioner.user, at=NOON)
    with pytest.raises(AlreadyActedOn):
        acknowledge_alert(alert=alert, note="Me too.", by=owner.user, at=NOON + DAY)
    assert Alert.objects.get().note == "Called."
