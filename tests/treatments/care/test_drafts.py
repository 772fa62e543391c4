"""A clinic writes its own care schedule: one thing at a time, and nothing that cannot be."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.audit.models import AuditEvent
from tests.factories import NOON, CareVersionFactory
from tests.treatments.care.test_schedule import days_after, sessions
from tests.treatments.care.writing import CALL, HOURS, Writer, edits
from treatments.care import services
from treatments.care.guidance import problems
from treatments.care.models import CareVersion
from treatments.care.schedule import CareSchedule, Condition, Who, due_times, fingerprint, read, snapshot
from treatments.care.services import editing, shipped_schedule


@pytest.fixture
def writer(owner):
    return Writer(owner, NOON)


def test_a_draft_begins_with_what_is_in_force_and_changes_nothing_in_force(clinic, writer):
    assert writer.schedule == shipped_schedule()
    writer.change("day_1", after_hours=26)
    assert services.schedule_of(services.version_in_force(clinic=clinic, at=NOON)) == shipped_schedule()


def test_one_draft_at_a_time(clinic, owner, writer):
    with pytest.raises(services.DraftExists):
        services.begin_version(clinic=clinic, by=owner.user, at=NOON)


def test_a_step_is_changed_added_taken_out_and_put_back(writer):
    writer.change("day_1", after_hours=26).add().remove("month_6")
    keys = [step.key for step in writer.schedule.steps]
    assert (writer.schedule.step("day_1").after_hours, keys[4], "month_6" in keys) == (26, "own_day_10", False)
    writer.restore("month_6").restore("day_1")
    assert [step for step in writer.schedule.steps if step.key != "own_day_10"] == list(shipped_schedule().steps)


def test_a_step_of_the_clinics_own_has_words_that_may_be_sent(writer):
    step = writer.add().schedule.step("own_day_10")
    assert {language: problems(words, asks=True) for language, words in step.words.items()} == {
        language: [] for language in ("de", "en", "es", "fr")
    }


def test_a_key_is_never_used_again_for_another_step(owner, writer):
    writer.add().publish()
    second = Writer(owner, NOON).remove("own_day_10").add()
    assert second.schedule.step("own_day_10_2").title == "Day 10"


@pytest.mark.parametrize(
    ("key", "parts", "field"),
    [
        ("week_4", {"after_hours": 27 * 24}, "days"),
        ("week_6", {"after_hours": 42 * 24 + 1}, "days"),
        ("week_4", {"about_results": False, "after_hours": 60 * 24}, "days"),
        ("day_3", {"hour": "25:00"}, "hour"),
        ("day_3", {"send_within_hours": 0}, "send_within_hours"),
        ("day_3", {"asks": "nothing"}, "remind_after_hours"),
        ("day_3", {"who": Who(any=(Condition("not_clear", ("day_7",)),))}, "any_not_clear"),
        ("day_3", {"who": Who(every=(Condition("depth", ("deep",)),))}, "every_depth"),
        ("day_3", {"title": " "}, "title"),
        ("day_7", {"after_hours": 20 * 24}, ""),  # day 14 goes by its answers
    ],
)
def test_what_cannot_be_is_refused_at_its_field(writer, key, parts, field):
    with pytest.raises(services.NotToBeUsed) as refused:
        writer.change(key, **parts)
    assert (refused.value.field, writer.schedule) == (field, shipped_schedule())


def test_a_step_whose_answers_decide_who_gets_another_stays(writer):
    with pytest.raises(services.NotToBeUsed, match="“Two weeks”: it goes by the answers"):
        writer.remove("day_7")


def test_the_last_step_stays():
    one = CareSchedule(shipped_schedule().steps[:1])
    with pytest.raises(services.NotToBeUsed, match="one step at least"):
        editing.without(one, "aftercare")


def test_whoever_saves_second_is_told(owner, writer):
    seen = writer.version.fingerprint
    writer.change("day_1", after_hours=26)
    with pytest.raises(services.DraftMoved):
        services.remove_step(version=writer.version, seen=seen, key="day_3", by=owner.user, at=NOON)


def test_a_step_that_is_gone_is_told(writer):
    gone = writer.schedule.step("month_6")
    writer.remove("month_6")
    for act in (lambda: writer.remove("month_6"), lambda: writer.restore("own_step")):
        with pytest.raises(services.NoSuchStep):
            act()
    with pytest.raises(services.NoSuchStep):
        editing.edited(writer.schedule, gone)


def test_a_discarded_draft_is_gone(owner, writer):
    services.discard_version(version=writer.version, by=owner.user, at=NOON)
    assert list(CareVersion.objects.drafts()) == []
    with pytest.raises(services.NoDraft):
        services.discard_version(version=writer.version, by=owner.user, at=NOON)


def test_published_it_is_in_force_with_a_person_a_reason_and_an_event(clinic, owner, writer):
    version = writer.add().publish()
    assert services.version_in_force(clinic=clinic, at=NOON) == version
    assert (version.published_by, version.published_at, version.reason) == (owner.user, NOON, "We call on day 10.")
    event = AuditEvent.objects.filter(action="careversion.published").get()
    assert (event.subject_id, event.actor) == (version.pk, owner.user)


def test_no_reason_and_no_change_are_refused(writer):
    with pytest.raises(services.PublishReasonNeeded):
        writer.publish(" ")
    with pytest.raises(services.NothingChanges):
        writer.publish()


def test_a_newer_default_that_was_taken_meanwhile_does_not_hide_what_is_published(clinic, owner):
    CareVersionFactory(clinic=clinic, number=1, published_at=NOON, shipped="2020-01-01.1")
    draft = {"number": 2, "content": snapshot(editing.without(shipped_schedule(), "month_6")), "begun_by": owner.user}
    draft = CareVersionFactory(clinic=clinic, **draft)
    assert services.version_in_force(clinic=clinic, at=NOON).number == 3
    who = {"seen": draft.fingerprint, "reason": "Shorter.", "by": owner.user, "at": NOON}
    version = services.publish_version(version=draft, **who)
    assert (version.number, services.version_in_force(clinic=clinic, at=NOON)) == (4, version)


@settings(max_examples=200, deadline=None)
@given(edits(), st.booleans())
def test_whatever_may_be_written_reads_back_the_same(parts, added):
    step = replace(CALL if added else shipped_schedule().step("month_3"), **parts)
    schedule = (editing.with_new if added else lambda *said: editing.edited(*said[:2]))(shipped_schedule(), step, ())
    again = read(snapshot(schedule))
    assert (again, fingerprint(snapshot(again))) == (schedule, fingerprint(snapshot(schedule)))
    assert editing.checked(again.steps) == schedule
    kept = next(
        one for one in schedule.steps if one.title == parts["title"] and one.after_hours == parts["after_hours"]
    )
    assert {name: getattr(kept, name) for name in parts} == parts


@settings(max_examples=300, deadline=None)
@given(
    sessions(), st.sampled_from(["week_4", "week_6", "own"]), st.integers(28 * 24, 42 * 24), HOURS, st.integers(1, 1440)
)
def test_first_results_stay_in_days_28_to_42_whatever_is_written(session, key, after, hour, within):
    ended_at, zone, *_ = session
    after -= after % 24 if hour else 0
    parts = {"after_hours": after, "hour": hour, "send_within_hours": within, "about_results": True, "asks": "results"}
    step = replace(shipped_schedule().step(key) or CALL, **parts)
    schedule = (
        editing.with_new(shipped_schedule(), step, ()) if key == "own" else editing.edited(shipped_schedule(), step)
    )
    slot = due_times(schedule, *session)["own_day_10" if key == "own" else key]
    assert timedelta(days=28) <= slot.due_at - ended_at <= timedelta(days=42)
    assert 28 <= days_after(ended_at, slot.due_at, zone) <= days_after(ended_at, slot.send_by, zone) <= 42
    assert slot.due_at < slot.send_by
