"""What clients said came of each goal, in numbers: as the replies say, and each client's last word found at once."""

from datetime import timedelta
from decimal import Decimal
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django_scopes import scope
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import (
    NOON,
    ChangeFactory,
    ClientFactory,
    ClinicFactory,
    FollowupFactory,
    PlanFactory,
    ReplyFactory,
    SessionFactory,
    SessionZoneFactory,
)
from treatments.followups.services import submit_reply
from treatments.models import Change, Reply

DAY = timedelta(days=1)
STEPS = ("week_4", "week_6", "month_3", "month_6")
CALM = {"satisfaction": "7", "signs": ["none"]}
knowing = import_module("treatments.migrations.0040_earlier_changes_know_the_session")
of_step = import_module("treatments.migrations.0049_earlier_last_words_of_a_step")
earlier = import_module("treatments.migrations.0027_changes_of_earlier_replies")


def asked(clinic, goals, step="week_6", client=None):
    """A follow-up about results, after a session of a plan with these goals."""
    client = client or ClientFactory(clinic=clinic)
    session = SessionFactory(plan=PlanFactory(client=client, goals=goals), ended_at=NOON)
    return FollowupFactory(session=session, step=step)


def said(rows=None):
    rows = Change.objects.all() if rows is None else rows
    return set(rows.values_list("goal", "hundredths", "satisfaction", "would_repeat"))


def test_each_goal_is_a_row_and_their_mean_another(clinic):
    followup = asked(clinic, ["acne_scars", "texture"])
    change = {"change_acne_scars": "much_better", "change_texture": "worse"}
    reply = submit_reply(followup=followup, answers=CALM | change | {"would_repeat": "yes"}, at=NOON)
    assert said() == {("acne_scars", 200, 7, True), ("texture", -100, 7, True), ("", 50, 7, True)}
    assert [row[1] for row in reply.transcript[:2]] == ["Much better", "Worse"]
    assert (reply.urgency, reply.red_flags) == ("review", ["worse"])


def test_a_plan_without_goals_asks_of_the_skin_as_a_whole(clinic):
    followup = asked(clinic, [], step="week_4")
    submit_reply(followup=followup, answers=CALM | {"change": "better"}, at=NOON)
    assert said() == {("", 100, 7, None)}


def test_answers_that_are_not_about_results_are_no_rows(clinic):
    answers = {"redness": "0", "swelling": "0", "pain": "0", "signs": ["none"]}
    submit_reply(followup=asked(clinic, ["pores"], step="day_1"), answers=answers, at=NOON)
    assert said() == set()


def test_what_is_added_later_to_the_same_step_counts_no_more(clinic):
    followup = asked(clinic, ["pores"])
    submit_reply(followup=followup, answers=CALM | {"change_pores": "better"}, at=NOON)
    submit_reply(followup=followup, answers=CALM | {"change_pores": "worse"}, at=NOON + DAY)
    assert said() == {("pores", 100, 7, None), ("", 100, 7, None)}


def test_the_last_word_in_a_time_is_one_for_each_client_and_goal(clinic):
    client = ClientFactory(clinic=clinic)
    for day, (step, word) in enumerate([("week_4", "same"), ("week_6", "better"), ("month_3", "much_better")]):
        followup = asked(clinic, ["pores"], step=step, client=client)
        submit_reply(followup=followup, answers=CALM | {"change_pores": word}, at=NOON + day * DAY)
    pores = Change.objects.of_goal("pores")
    assert said(pores.last_words()) == {("pores", 200, 7, None)}
    assert said(pores.last_words(until=NOON + 2 * DAY)) == {("pores", 100, 7, None)}
    assert said(pores.last_words(since=NOON + DAY, until=NOON + 2 * DAY)) == {("pores", 100, 7, None)}
    assert said(pores.last_words(since=NOON + 3 * DAY)) == set()


WORDS = st.sampled_from(["much_better", "better", "same", "worse", "much_worse"])
GOALS = st.lists(st.sampled_from(["pores", "texture", "acne_scars"]), unique=True, max_size=2)
REPLIES = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 9), GOALS, WORDS), max_size=8)


@given(REPLIES, st.integers(-1, 10), st.integers(-1, 11))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_last_words_are_those_of_a_slow_recount(clinic, replies, since, until):
    with transaction.atomic():
        clients = [ClientFactory(clinic=clinic) for _ in range(3)]
        for who, day, goals, word in sorted(replies, key=lambda one: one[1]):
            answers = CALM | dict.fromkeys([f"change_{goal}" for goal in goals] or ["change"], word)
            submit_reply(followup=asked(clinic, goals, client=clients[who]), answers=answers, at=NOON + day * DAY)
        start, end = NOON + since * DAY, NOON + until * DAY
        found = said_by(Change.objects.last_words(start, end))
        assert len(found) == len({one[:2] for one in found})
        assert set(found) == recount(start, end)
        transaction.set_rollback(True)


def said_by(rows):
    return list(rows.values_list("client", "goal", "hundredths"))


def recount(start, end):
    """The same from the replies themselves, one by one."""
    points = {"much_better": 2, "better": 1, "same": 0, "worse": -1, "much_worse": -2}
    last = {}
    for reply in Reply.objects.filter(submitted_at__gte=start, submitted_at__lt=end).order_by("submitted_at", "pk"):
        words = {key[7:]: points[word] for key, word in reply.answers.items() if key.startswith("change")}
        for goal, point in (words | {"": sum(words.values()) / len(words)}).items():
            last[reply.followup.client_id, goal] = round(100 * point)
    return {(client, goal, point) for (client, goal), point in last.items()}


def test_earlier_replies_with_their_one_change_count_and_can_be_read(clinic):
    client = ClientFactory(clinic=clinic)
    for day, (step, word) in enumerate([("week_4", "same"), ("week_6", "better")]):
        answers = {"change": word, "satisfaction": "9", "would_repeat": "no"}
        followup = asked(clinic, ["pores"], step=step, client=client)
        ReplyFactory(followup=followup, answers=answers, submitted_at=NOON + day * DAY)
    ReplyFactory(followup=asked(clinic, [], step="day_3"), answers={"signs": ["none"]})
    earlier.fill(apps, None)
    assert said() == {("", 0, 9, False), ("", 100, 9, False)}
    assert said(Change.objects.last_words()) == {("", 100, 9, False)}
    earlier.empty(apps, None)
    assert said() == set()


def test_earlier_changes_end_with_the_next_word_to_the_same_step(clinic):
    client = ClientFactory(clinic=clinic)
    for day, step in enumerate(["week_4", "week_6", "week_4", "week_6", "week_6"]):
        answers = CALM | {"change_pores": "better"}
        submit_reply(followup=asked(clinic, ["pores"], step=step, client=client), answers=answers, at=NOON + day * DAY)
    ends = Change.objects.order_by("goal", "pk").values_list("goal", "step", "step_superseded_at")
    written = list(ends)
    assert [end and (end - NOON).days for goal, _step, end in written if goal] == [2, 3, None, 4, None]
    Change.objects.update(step_superseded_at=None)
    of_step.fill(apps, None)
    assert list(ends) == written


def test_earlier_changes_take_over_what_the_sessions_record_says(clinic):
    change = ChangeFactory(reply__followup=asked(clinic, ["pores"]))
    SessionZoneFactory(session=change.session, zone="neck", depth_mm=Decimal("0.50"))
    SessionZoneFactory(session=change.session, zone="cheeks", depth_mm=Decimal("1.00"))
    knowing.fill(apps, None)
    change.refresh_from_db()
    facts = (change.session_number, change.device, change.deepest_mm, change.zones, change.step)
    assert facts == (change.session.number, change.session.device, Decimal("1.00"), "cheeks,neck", "week_6")


NONSENSE = [
    ({"goal": "eternal youth"}, "change_goal_is_known"),
    ({"hundredths": 201}, "change_is_on_the_scale"),
    ({"hundredths": -201}, "change_is_on_the_scale"),
    ({"satisfaction": 11}, "change_satisfaction_is_0_to_10"),
    ({"superseded_at": NOON - DAY}, "change_superseded_later"),
]


@pytest.mark.parametrize(("nonsense", "name"), NONSENSE)
def test_the_database_refuses_nonsense(clinic, nonsense, name):
    with pytest.raises(IntegrityError, match=name):
        ChangeFactory(reply__followup=asked(clinic, ["pores"]), **nonsense)


def test_a_goal_is_one_row_of_a_reply_and_has_one_last_word(clinic):
    first = ChangeFactory(reply__followup=asked(clinic, ["pores"]), goal="pores")
    with pytest.raises(IntegrityError), transaction.atomic():
        ChangeFactory(reply=first.reply, goal="pores", superseded_at=NOON)
    another = asked(clinic, ["pores"], step="month_3", client=first.client)
    with pytest.raises(IntegrityError), transaction.atomic():
        ChangeFactory(reply__followup=another, goal="pores")


def test_another_clinics_changes_are_not_seen(clinic):
    elsewhere = ClinicFactory()
    with scope(clinic=elsewhere):
        ChangeFactory(reply__followup=asked(elsewhere, ["pores"]))
    assert said() == set()
