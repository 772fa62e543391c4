"""Running courses move to a newer care schedule: what was told before is what then happens."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clients.models import Client, Message
from portal.audit.models import AuditEvent
from tests.factories import NOON, CareVersionFactory, ClientFactory, UserFactory
from tests.treatments.care.writing import CALL, Writer, edits
from tests.treatments.followups.courses import enrolled
from treatments.care.schedule import CareSchedule, CareStep, snapshot
from treatments.care.services import editing, schedule_of, shipped_schedule
from treatments.followups.models import Enrolment, Followup
from treatments.followups.services import lay_out, moving
from treatments.followups.services.courses import LEFT_OUT

DAY = timedelta(days=1)
LATER = NOON + 5 * DAY
NEVER = datetime.max.replace(tzinfo=UTC)


@pytest.fixture
def client(clinic):
    return ClientFactory(clinic=clinic)


def sent(*steps):
    Message.objects.filter(followups__step__in=steps).update(state="sent", sent_at=NOON)


def coming():
    """When each step that is still to leave is due."""
    rows = Followup.objects.standing().unsent()
    return {(row.enrolment_id, row.step): row.due_at for row in rows}


def told(schedule, at=LATER):
    """What the preview says becomes of each step, by its name."""
    preview = moving.preview_move(schedule=schedule, at=at)
    return {step.title: (step.was, step.now) for one in preview for step in one.changes}


def publish(owner):
    """A day 2 that is past its time, a day 10, a later day 7, and no six months."""
    early = {"title": "Day 2", "after_hours": 48, "send_within_hours": 24}
    writer = Writer(owner, LATER).add().change("day_7", after_hours=8 * 24).remove("month_6")
    return writer.add(CareStep("own", asks="nothing", **early)).publish()


def test_what_would_change_is_told_and_nothing_changes(client, owner):
    enrolled(client)
    sent("aftercare", "day_1", "day_3")
    version, before = publish(owner), coming()
    assert told(schedule_of(version)) == {
        "Day 7": (NOON + 7 * DAY, NOON + 8 * DAY),
        "Day 10": (None, NOON + 10 * DAY - timedelta(hours=3)),
        "Six months": (Followup.objects.get(step="month_6").due_at, None),
    }
    assert (coming(), Enrolment.objects.get().version.number) == (before, 1)


def test_other_words_at_the_same_time_are_told_too(client, owner):
    enrolled(client)
    step = shipped_schedule().step("week_4")
    words = dict(step.words) | {"en": replace(step.words["en"], title="Four weeks")}
    version = Writer(owner, LATER).change("week_4", words=words).publish()
    due_at = Followup.objects.get(step="week_4").due_at
    assert told(schedule_of(version)) == {"Week 4": (due_at, due_at)}


def test_a_course_that_moves_has_the_new_steps_and_loses_the_old(client, owner):
    enrolled(client)
    sent("aftercare", "day_1", "day_3")
    version = publish(owner)
    assert moving.move_courses(version=version, chosen=None, by=owner.user, at=LATER) == (1, 0)
    assert Enrolment.objects.get().version == version
    steps = {step for _course, step in coming()}
    assert steps == {"day_7", "own_day_10", "day_14", "week_4", "week_6", "month_3"}
    gone = Followup.objects.get(step="month_6")
    assert (gone.withdrawn_why, gone.message.state, gone.message.why) == (LEFT_OUT, "cancelled", LEFT_OUT)
    assert Message.objects.get(followups__step="day_7").due_at == NOON + 8 * DAY
    assert not Followup.objects.filter(step__startswith="own_day_2").exists()


def test_a_request_moves_only_so_many_clients_and_the_next_goes_on(clinic, owner, monkeypatch):
    monkeypatch.setattr(moving, "AT_ONCE", 1)
    for _each in range(2):
        enrolled(ClientFactory(clinic=clinic))
    version = publish(owner)
    rounds = [moving.move_courses(version=version, chosen=None, by=owner.user, at=LATER) for _round in range(3)]
    assert rounds == [(1, 1), (1, 0), (0, 0)]


def test_moving_is_in_the_audit_trail(client, owner):
    enrolled(client)
    version = publish(owner)
    moving.move_courses(version=version, chosen=None, by=owner.user, at=LATER)
    event = AuditEvent.objects.get(action="enrolment.moved")
    assert (event.subject_id, event.actor, event.facts) == (
        Enrolment.objects.get().pk,
        owner.user,
        {"before": 1, "now": version.number},
    )
    moved = AuditEvent.objects.filter(action="message.rescheduled")
    assert {event.actor for event in moved} == {owner.user}


def test_those_not_chosen_keep_the_version_they_began_with(clinic, owner):
    first, second = (enrolled(ClientFactory(clinic=clinic)) for _ in range(2))
    version = publish(owner)
    moving.move_courses(version=version, chosen=[first.enrolment.pk], by=owner.user, at=LATER)
    numbers = dict(Enrolment.objects.values_list("session", "version__number"))
    assert numbers == {first.pk: version.number, second.pk: 1}
    assert {course for course, step in coming() if step == "month_6"} == {second.enrolment.pk}


def test_a_draft_is_refused_and_so_is_choosing_nobody(client, owner):
    enrolled(client)
    writer = Writer(owner, LATER).add()
    with pytest.raises(moving.NotPublished):
        moving.move_courses(version=writer.version, chosen=None, by=owner.user, at=LATER)
    version = writer.publish()
    with pytest.raises(moving.NothingChosen):
        moving.move_courses(version=version, chosen=[], by=owner.user, at=LATER)


def test_a_course_that_moves_back_has_its_step_again(client, owner):
    enrolled(client)
    before = coming()
    shorter = Writer(owner, LATER).remove("month_6").publish()
    moving.move_courses(version=shorter, chosen=None, by=owner.user, at=LATER)
    longer = Writer(owner, LATER).restore("month_6").publish()
    moving.move_courses(version=longer, chosen=None, by=owner.user, at=LATER)
    assert coming() == before
    again = Followup.objects.get(step="month_6")
    assert (again.withdrawn_at, again.withdrawn_why, again.message.state) == (None, "", "scheduled")


def test_a_time_that_a_person_chose_and_a_step_they_took_off_stay(client, owner):
    enrolled(client)
    moved = Followup.objects.get(step="day_7")
    moved.due_at, moved.send_by, moved.moved_by = NOON + 9 * DAY, NOON + 10 * DAY, UserFactory()
    moved.save()
    Followup.objects.filter(step="week_6").update(withdrawn_at=NOON, withdrawn_why="Moved away.")
    version = Writer(owner, LATER).change("day_7", after_hours=8 * 24).change("week_6", hour="10:00").publish()
    assert told(schedule_of(version)) == {}
    moving.move_courses(version=version, chosen=None, by=owner.user, at=LATER)
    assert Followup.objects.get(step="day_7").due_at == NOON + 9 * DAY
    assert Followup.objects.get(step="week_6").withdrawn_why == "Moved away."


def test_an_unsent_step_says_and_asks_what_its_new_schedule_does(client, owner):
    enrolled(client)
    version = Writer(owner, LATER).change("day_7", title="One week", asks="day_14").publish()
    moving.move_courses(version=version, chosen=None, by=owner.user, at=LATER)
    row = Followup.objects.get(step="day_7")
    assert (row.title, row.asks) == ("One week", "day_14")


def test_an_older_course_loses_what_the_new_schedule_counts_as_results(client, owner):
    older = enrolled(client)
    enrolled(client, NOON + 3 * DAY)
    version = Writer(owner, LATER).change("day_14", about_results=True).publish()
    named = {one.enrolment.session_id: one for one in moving.preview_move(schedule=schedule_of(version), at=LATER)}
    assert [(step.title, step.now) for step in named[older.pk].changes] == [("Two weeks", None)]
    moving.move_courses(version=version, chosen=None, by=owner.user, at=LATER)
    row = Followup.objects.get(session=older, step="day_14")
    assert (row.withdrawn_why.startswith("A newer session"), row.message.state) == (True, "cancelled")


def test_courses_that_are_over_and_clients_who_are_archived_do_not_run(clinic, owner):
    enrolled(ClientFactory(clinic=clinic))
    enrolled(ClientFactory(clinic=clinic, archived_at=NOON))
    assert moving.running_courses().count() == 1
    Message.objects.update(state="sent", sent_at=NOON)
    assert moving.running_courses().count() == 0


def test_the_preview_asks_as_much_for_three_clients_as_for_one(clinic, owner, django_assert_num_queries):
    enrolled(ClientFactory(clinic=clinic))
    schedule = editing.without(shipped_schedule(), "month_6")
    for more in (0, 2):
        for _ in range(more):
            enrolled(ClientFactory(clinic=clinic))
        with django_assert_num_queries(4):
            assert len(moving.preview_move(schedule=schedule, at=LATER)) == 1 + more


def written(parts, removed):
    """The default with these steps changed, some without, and perhaps one more."""
    schedule = shipped_schedule()
    for key, changes in parts.items():
        if key == "own":
            schedule = editing.with_new(schedule, replace(CALL, **changes), ())
        else:
            schedule = editing.edited(schedule, replace(schedule.step(key), **changes))
    return CareSchedule(tuple(step for step in schedule.steps if step.key not in removed))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(st.sampled_from(["month_3", "month_6", "own"]), edits(), max_size=3),
    st.sets(st.sampled_from(["aftercare", "day_14", "week_6"])),
    st.integers(0, 60),
    st.booleans(),
)
def test_what_the_preview_says_is_what_happens(clinic, owner, parts, removed, days, twice):
    Client.objects.update(archived_at=NOON)  # those of the example before
    client, at = ClientFactory(clinic=clinic), NOON + timedelta(days=days)
    for ended_at in (NOON - 3 * DAY, NOON)[: 1 + twice]:
        enrolled(client, ended_at)
    before, schedule = coming(), written(parts, removed)
    preview = moving.preview_move(schedule=schedule, at=at)
    content = snapshot(schedule)
    said = {"reason": "Shorter.", "published_by": owner.user, "published_at": at, "content": content}
    moving.move_courses(version=CareVersionFactory(clinic=clinic, **said), chosen=None, by=owner.user, at=at)
    after = coming()
    happened = sorted((before.get(key, NEVER), after.get(key, NEVER)) for key in {*before, *after})
    told = (step for one in preview for step in one.changes if step.was != step.now)
    named = sorted((step.was or NEVER, step.now or NEVER) for step in told)
    assert named == [(was, now) for was, now in happened if was != now]


def test_the_words_of_a_version_are_not_read_for_every_course(client, owner):
    for days in range(3):
        enrolled(client, NOON + days * DAY)
    version = publish(owner)
    schedule_of(version)
    with CaptureQueriesContext(connection) as asked:
        lay_out(client=client, at=LATER)
        told(schedule_of(version))
        moving.move_courses(version=version, chosen=None, by=owner.user, at=LATER)
    assert [query["sql"] for query in asked if '"treatments_careversion"."content"' in query["sql"]] == []
