"""A care schedule in plain words."""

from dataclasses import replace

import pytest

from treatments.care.schedule import CareSchedule, Condition, Who
from treatments.care.services import editing, shipped_schedule, telling

STEPS = shipped_schedule()


@pytest.mark.parametrize(
    ("hours", "words"),
    [(1, "1 hour"), (24, "1 day"), (168, "7 days"), (336, "2 weeks"), (50, "2 days and 2 hours"), (2160, "90 days")],
)
def test_a_span_of_time_is_told_as_people_say_it(hours, words):
    assert telling.span(hours) == words


def test_who_gets_a_step():
    both = Who(any=(Condition("zone", ("cheeks", "neck")),), every=(Condition("depth", ("1.50",)),))
    assert [telling.who(who, STEPS) for who in (Who(), both, Who(every=both.every))] == [
        "Everybody",
        "Clients with a needle depth from 1.50 mm; and besides treatment of this zone: cheeks or neck",
        "Clients with a needle depth from 1.50 mm",
    ]
    assert telling.who(STEPS.step("day_14").who, STEPS) == (
        "Clients with Fitzpatrick skin type IV, V or VI; or in their health history: skin darkens after injury,"
        " psoriasis, vitiligo or lichen planus; or an answer to “Day 7” that was not clear"
    )


def test_what_a_version_changes():
    changed = replace(STEPS.step("day_3"), hour="10:00", remind_after_hours=0)
    after = editing.edited(editing.without(STEPS, "month_6"), changed)
    after = editing.with_new(after, replace(STEPS.step("day_7"), title="Day 10", after_hours=240), ())
    assert [(one.badge, one.words) for one in telling.differences(STEPS, after)] == [
        (
            "Changed",
            "Day 3: hour “at 10:00” instead of “at the session’s hour”; "
            "reminder “None” instead of “1 day after the email”.",
        ),
        ("New", "Day 10, 10 days after."),
        ("Gone", "Six months, 180 days after."),
    ]
    assert telling.differences(STEPS, STEPS) == []


def test_other_words_are_told_without_their_content():
    steps = [replace(step, words={}) if step.key == "day_1" else step for step in STEPS.steps]
    (told,) = telling.differences(STEPS, CareSchedule(tuple(steps)))
    assert told.words == "Day 1: other words for the client."
