"""The tables of outcomes say what a slow recount of the replies says, and count each client once."""

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django_scopes import scope
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import (
    NOON,
    ClientFactory,
    ClinicFactory,
    DeviceFactory,
    FollowupFactory,
    PlanFactory,
    RatingFactory,
    SessionFactory,
    SessionZoneFactory,
    SignedRecordFactory,
)
from treatments.followups.services import schedule_followups, submit_reply
from treatments.models import Reply
from treatments.outcomes.services import Time, by_goal, by_parts, responses
from treatments.outcomes.terms import BANDS, By
from treatments.sessions.services.amending import amend_record
from treatments.sessions.terms import NOT_TREATED

DAY = timedelta(days=1)
POINTS = {"much_better": 2, "better": 1, "same": 0, "worse": -1, "much_worse": -2}
GOALS = {"pores": "Pores", "texture": "Texture", "acne_scars": "Acne scars"}


def says(client, word="better", goals=("pores",), at=NOON, step="week_6", happy="8", zones=(), **session):
    """A client answers about a session that was done."""
    plan = PlanFactory(client=client, goals=list(goals))
    done = SessionFactory(plan=plan, ended_at=NOON - 42 * DAY, **session)
    for zone, depth in zones:
        SessionZoneFactory(session=done, zone=zone, depth_mm=Decimal(depth), reason="Deep" if depth > "1.5" else "")
    answers = {f"change_{goal}": word for goal in goals} or {"change": word}
    answers |= {"satisfaction": happy, "would_repeat": "yes", "signs": ["none"]}
    return submit_reply(followup=FollowupFactory(session=done, step=step), answers=answers, at=at)


def counts(lines):
    return {line.words: line.clients for line in lines}


@pytest.fixture
def many(clinic):
    """Twelve clients with two zones each, who answered twice."""
    device = DeviceFactory(clinic=clinic, name="Pen")
    for number in range(12):
        client = ClientFactory(clinic=clinic, skin_type="IV" if number < 10 else "")
        zones = [("cheeks", "1.00"), ("forehead", "0.40")]
        says(client, "same", zones=zones, at=NOON - DAY, step="week_4", device=device, number=1)
        says(client, "much_better", zones=zones, device=device, number=2)


def test_each_client_counts_once_in_each_line_by_the_last_word(many):
    goals = by_goal(Time())
    assert counts(goals) == {"All goals together": 12, "Pores": 12}
    assert [line.change.value for line in goals] == [2.0, 2.0]
    parts = by_parts(Time(), "pores")
    assert {by: counts(lines) for by, lines in parts.items()} == {
        By.DEPTH: {"Over 0.5, up to 1.0 mm": 12},
        By.ZONE: {"Forehead": 12, "Cheeks": 12},
        By.SKIN_TYPE: {"Type IV": 10, "Not written down": 2},
        By.NUMBER: {"2 sessions": 12},
        By.DEVICE: {next(iter(counts(parts[By.DEVICE]))): 12},
    }


def test_a_time_that_ended_is_counted_as_it_stood_then(many):
    before = Time(None, NOON)
    assert [line.change.value for line in by_goal(before)] == [0.0, 0.0]
    assert counts(by_parts(before, "")[By.NUMBER]) == {"1 session": 12}
    assert by_goal(Time(NOON + DAY)) == []


def test_of_one_step_each_client_counts_by_the_last_word_to_it(clinic, many):
    week_4, week_6 = Time(step="week_4"), Time(step="week_6")
    assert [[line.change.value for line in by_goal(time)] for time in (week_4, week_6)] == [[0.0, 0.0], [2.0, 2.0]]
    assert [counts(by_parts(time, "")[By.NUMBER]) for time in (week_4, week_6)] == [
        {"1 session": 12},
        {"2 sessions": 12},
    ]
    assert by_goal(Time(since=NOON, step="week_4")) == []
    assert [line.change.value for line in by_goal(Time(until=NOON + DAY, step="week_6"))] == [2.0, 2.0]
    RatingFactory(after__session=clinic_clients(clinic).first().sessions.first(), goal="pores", judged="better")
    assert [line.rated for line in by_goal(week_6)] == [0, 0]


def test_what_practitioners_saw_stands_beside_it_the_newest_and_only_what_could_be_judged(clinic, many):
    for number, client in enumerate(clinic_clients(clinic)):
        seen = {"after__session": client.sessions.first(), "goal": "pores"}
        RatingFactory(**seen, judged="worse")
        RatingFactory(**seen, judged="better" if number else "unclear", rated_at=NOON + 50 * DAY)
    (_all, pores) = by_goal(Time())
    assert (pores.rated, pores.seen.value) == (11, 1.0)
    (_all, pores) = by_goal(Time(None, NOON + 49 * DAY))
    assert (pores.rated, pores.seen.value) == (12, -1.0)
    assert [line.rated for line in by_parts(Time(), "pores")[By.DEPTH]] == [11]


def clinic_clients(clinic):
    return clinic_rows().filter(clinic=clinic).order_by("pk")


def clinic_rows():
    from clients.models import Client

    return Client.objects.all()


@pytest.mark.parametrize(
    ("depth", "words"),
    [
        ("0.50", "Up to 0.5 mm"),
        ("0.51", "Over 0.5, up to 1.0 mm"),
        ("1.50", "Over 1.0, up to 1.5 mm"),
        ("2.50", "Over 1.5 mm"),
    ],
)
def test_a_depth_lies_in_one_band(clinic, depth, words):
    says(ClientFactory(clinic=clinic), zones=[("cheeks", depth), ("chin", "0.20")])
    assert counts(by_parts(Time(), "")[By.DEPTH]) == {words: 1}


def test_a_session_that_is_completed_again_counts_as_its_record_says_now(clinic):
    plan = PlanFactory(client=ClientFactory(clinic=clinic), goals=["pores"])
    session = SessionFactory(plan=plan, ended_at=NOON - 42 * DAY)
    SessionZoneFactory(session=session, zone="cheeks", depth_mm=Decimal("1.00"))
    schedule_followups(session=session, at=session.ended_at)
    asked = session.followups.get(step="week_6")
    submit_reply(followup=asked, answers={"change_pores": "better", "satisfaction": "8"}, at=NOON)
    session.zones.update(zone="neck", depth_mm=Decimal("0.30"))
    schedule_followups(session=session, at=NOON)
    parts = by_parts(Time(), "")
    assert (counts(parts[By.ZONE]), counts(parts[By.DEPTH])) == ({"Neck": 1}, {"Up to 0.5 mm": 1})


def test_an_amended_session_counts_as_it_was_amended_whether_the_answer_came_before_or_after(clinic, owner):
    pen = DeviceFactory(clinic=clinic, name="Other", serial="S9")
    for day in (-1, 1):
        reply = says(ClientFactory(clinic=clinic), zones=[("cheeks", "1.00")], at=NOON + day * DAY)
        session = reply.followup.session
        if day < 0:
            amended(session, pen, owner)
    session = says(ClientFactory(clinic=clinic), zones=[("cheeks", "1.00")]).followup.session
    amended(session, pen, owner)
    again = FollowupFactory(session=session, step="month_3")
    submit_reply(followup=again, answers={"change_pores": "worse", "satisfaction": "8"}, at=NOON + 2 * DAY)
    RatingFactory(after__session=session, goal="pores", judged="better")
    parts = by_parts(Time(), "pores")
    assert [counts(parts[by]) for by in (By.ZONE, By.DEPTH)] == [
        {"Neck": 2, "Cheeks": 1},
        {"Up to 0.5 mm": 2, "Over 0.5, up to 1.0 mm": 1},
    ]
    assert counts(parts[By.DEVICE])["Other (S9)"] == 2
    rated = {by: [line.words for line in parts[by] if line.rated] for by in (By.ZONE, By.DEPTH, By.DEVICE)}
    assert rated == {By.ZONE: ["Neck"], By.DEPTH: ["Up to 0.5 mm"], By.DEVICE: ["Other (S9)"]}


def amended(session, pen, owner):
    """It was the neck, not the cheeks, and with another device."""
    SignedRecordFactory(session=session)
    said = (("depth", "cheeks", NOT_TREATED), ("depth", "neck", "0.30 mm"), ("device", "", str(pen)))
    for subject, part, after in said:
        facts = {"subject": subject, "part": part, "after": after, "reason": "A slip."}
        amend_record(session=session, **facts, by=owner.user, at=NOON)


def test_another_clinics_answers_are_not_counted(clinic):
    elsewhere = ClinicFactory()
    with scope(clinic=elsewhere):
        says(ClientFactory(clinic=elsewhere))
    assert (by_goal(Time()), responses(Time())) == ([], [])


def test_the_response_rate_is_of_what_left_in_the_results_window(clinic):
    for number in range(12):
        left = {"message__state": "sent", "message__sent_at": NOON + number * DAY}
        asked = FollowupFactory(session__plan__client__clinic=clinic, step="week_6", **left)
        for word in ("better", "worse") if number % 2 else ():  # what is added later does not count
            answers = {"change_acne_scars": word, "satisfaction": "8"}
            submit_reply(followup=asked, answers=answers, at=NOON + 20 * DAY)
    FollowupFactory(session__plan__client__clinic=clinic, step="week_4")  # has not left
    (found,) = responses(Time())
    assert (found.title, found.sent, found.answered, found.share.value) == ("Week 6", 12, 6, 0.5)
    (few,) = responses(Time(NOON, NOON + 9 * DAY))
    assert (few.sent, few.answered, few.share) == (9, 4, None)


STEP = st.sampled_from(["", "week_4", "week_6"])
WORDS, GOAL = st.sampled_from([*POINTS]), st.sampled_from([*GOALS])
ONE = st.fixed_dictionaries(
    {
        "who": st.integers(0, 2),
        "day": st.integers(0, 6),
        "word": WORDS,
        "goals": st.lists(GOAL, unique=True, max_size=2),
        "zones": st.lists(
            st.tuples(st.sampled_from(["cheeks", "chin", "neck"]), st.sampled_from(["0.30", "0.70", "1.20"])),
            unique_by=lambda pair: pair[0],
            max_size=2,
        ),
        "number": st.integers(1, 3),
        "step": st.sampled_from(["week_4", "week_6"]),
    }
)


@given(st.lists(ONE, max_size=6), st.integers(-1, 4), st.integers(2, 8), st.sampled_from(["", *GOALS]), STEP)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_line_counts_whom_a_slow_recount_counts(clinic, replies, since, until, goal, step):
    with transaction.atomic():
        clients = [ClientFactory(clinic=clinic, skin_type=kind) for kind in ("II", "IV", "")]
        for one in sorted(replies, key=lambda one: one["day"]):
            said = {"goals": one["goals"], "zones": one["zones"], "number": one["number"], "step": one["step"]}
            says(clients[one["who"]], one["word"], at=NOON + one["day"] * DAY, **said)
        time = Time(NOON + since * DAY, NOON + until * DAY, step)
        found = {by: counts(lines) for by, lines in by_parts(time, goal).items() if by != By.DEVICE}
        assert found == recount(time, goal)
        assert counts(by_goal(time)) == {words: count for words, count in recounted_goals(time).items() if count}
        transaction.set_rollback(True)


def last_replies(time, goal):
    """Of each client the last reply that speaks of the goal, one by one."""
    last = {}
    said = Reply.objects.filter(submitted_at__gte=time.since, submitted_at__lt=time.until)
    said = said.filter(followup__step=time.step) if time.step else said
    for reply in said.order_by("submitted_at", "pk"):
        if not goal or f"change_{goal}" in reply.answers:
            last[reply.followup.client_id] = reply
    return last.values()


def recounted_goals(time):
    names = {"": "All goals together"} | GOALS
    return {words: len(last_replies(time, goal)) for goal, words in names.items()}


def band_of(depth):
    return next(words for most, words in BANDS if depth <= most)


def recount(time, goal):
    skin = {"II": "Type II", "IV": "Type IV", "": None}
    zone_words = {"cheeks": "Cheeks", "chin": "Chin and jaw", "neck": "Neck"}
    found = {by: defaultdict(int) for by in (By.DEPTH, By.ZONE, By.SKIN_TYPE, By.NUMBER)}
    for reply in last_replies(time, goal):
        session, unknown = reply.followup.session, "Not written down"
        zones = list(session.zones.all())
        found[By.DEPTH][band_of(max(zone.depth_mm for zone in zones)) if zones else unknown] += 1
        for words in [zone_words[zone.zone] for zone in zones] or [unknown]:
            found[By.ZONE][words] += 1
        found[By.SKIN_TYPE][skin[session.client.skin_type] or unknown] += 1
        found[By.NUMBER][f"{session.number} session{'' if session.number == 1 else 's'}"] += 1
    return found
