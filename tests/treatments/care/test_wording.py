"""The wording of a draft: written, refused, and sent to whoever writes it."""

from dataclasses import asdict

import pytest

from clients.messages.kinds import kind_of
from tests.factories import NOON, CareVersionFactory, ClientFactory
from treatments.care import services
from treatments.care.guidance import Words, default_words
from treatments.care.schedule import read, snapshot
from treatments.care.services import DraftMoved, NoSuchStep, NotToBeUsed, schedule_of
from treatments.care.services.wording import change_words, send_trial, words_of

OURS = Words("A short note", "How is it?", "Dear {called}, tell us.", "Tell us", "Call {phone} for pus.")


@pytest.fixture
def draft(clinic, owner):
    return services.begin_version(clinic=clinic, by=owner.user, at=NOON)


def change(draft, owner, words=OURS, key="day_1", language="de", **more):
    facts = {"version": draft, "seen": draft.fingerprint, "key": key, "language": language, "words": words}
    change_words(**facts | more, by=owner.user, at=NOON)
    draft.refresh_from_db()


def test_new_words_change_one_language_of_one_step(draft, owner):
    before = schedule_of(draft)
    change(draft, owner)
    after = schedule_of(draft)
    changed = [
        (step.key, language)
        for step in after.steps
        for language, words in step.words.items()
        if words != before.step(step.key).words[language]
    ]
    assert (changed, after.step("day_1").words["de"]) == ([("day_1", "de")], OURS)


def test_words_that_cannot_be_sent_are_not_kept(draft, owner):
    with pytest.raises(NotToBeUsed) as refused:
        change(draft, owner, words=Words(**asdict(OURS) | {"body": "Dear {name}"}))
    draft.refresh_from_db()
    assert (refused.value.field, schedule_of(draft)) == ("body", services.shipped_schedule())


def test_words_are_not_written_over_what_somebody_else_has_just_changed(draft, owner):
    with pytest.raises(DraftMoved):
        change(draft, owner, seen="another")
    with pytest.raises(NoSuchStep):
        change(draft, owner, key="week_9")


def test_a_draft_from_before_wording_was_part_of_it_begins_with_the_defaults_words(clinic, owner):
    content = {"steps": [{**step, "words": {}} for step in snapshot(services.shipped_schedule())["steps"]]}
    old = CareVersionFactory(clinic=clinic, content=content)
    change(old, owner)
    step = read(old.content).step("day_1")
    assert words_of(step, "de") == OURS
    assert words_of(step, "fr") == default_words("day_1")["fr"]


def test_a_test_can_be_sent_again_and_speaks_of_the_draft_as_it_is_then(draft, owner, clinic):
    facts = {"key": "week_4", "language": "fr", "client": ClientFactory(clinic=clinic), "member": owner, "at": NOON}
    first, second = (send_trial(version=draft, **facts) for _ in range(2))
    assert (first.key, second.key) == (f"care_test:{draft.pk}:week_4:fr:1", f"care_test:{draft.pk}:week_4:fr:2")
    services.discard_version(version=draft, by=owner.user, at=NOON)
    assert kind_of(first).reason_to_skip(first, NOON).startswith("This draft")
    with pytest.raises(NoSuchStep):
        send_trial(version=draft, **facts | {"key": "week_9"})
