"""What a step of a care schedule may be. Pure: schedule.read() refuses what does not hold."""

import re
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from treatments.care.terms import Asks, Fact

if TYPE_CHECKING:
    from treatments.care.schedule import CareStep, Who

DAY = timedelta(days=1)
KEY = re.compile(r"[a-z][a-z0-9_]{0,19}")
HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
DEPTH = re.compile(r"\d\.\d{1,2}|\d")
LONGEST_TITLE = 60
MOST_HOURS, MOST_LATE_HOURS = 24 * 730, 24 * 60


class Check(NamedTuple):
    """One thing that must hold of a step."""

    holds: bool
    part: str  # the field of the step that it is about
    why: str


def checks(step: "CareStep") -> list[Check]:
    """What must hold of a step, each with the reason to give when it does not."""
    window = step.window_days
    return [
        Check(bool(KEY.fullmatch(step.key)), "key", "the key is small letters, digits and _, at most 20."),
        Check(bool(step.title.strip()) and len(step.title) <= LONGEST_TITLE, "title", "its name has 1 to 60 letters."),
        Check(1 <= step.after_hours <= MOST_HOURS, "after", "it leaves from one hour to two years after the session."),
        Check(
            1 <= step.send_within_hours <= MOST_LATE_HOURS, "send_within", "it may be late by one hour to sixty days."
        ),
        Check(not window or 0 < window[0] < window[-1], "after", "the window's first day is before its last."),
        Check(not window or window[0] <= step.after_hours / 24 <= window[-1], "after", "its day lies in its window."),
        Check(not step.hour or bool(HOUR.fullmatch(step.hour)), "hour", "an hour of the day is such as 10:00."),
        Check(
            not step.hour or step.after >= DAY, "hour", "an hour of the day needs at least one day after the session."
        ),
        Check(not step.hour or step.after_hours % 24 == 0, "hour", "an hour of the day goes with whole days alone."),
        Check(step.asks in Asks.values, "asks", "it asks one of the known sets of questions."),
        Check(
            0 <= step.remind_after_hours <= MOST_LATE_HOURS, "remind_after", "its reminder leaves within sixty days."
        ),
        Check(
            not step.remind_after_hours or step.asks != Asks.NOTHING,
            "remind_after",
            "a reminder needs questions: nobody can answer this step.",
        ),
        *_who_checks(step.who),
    ]


def _who_checks(who: "Who") -> list[Check]:
    facts = [condition.fact for condition in who.any], [condition.fact for condition in who.every]
    both = (*who.any, *who.every)
    depths = [value for condition in both if condition.fact == Fact.DEPTH for value in condition.values]
    return [
        Check(all(len(set(part)) == len(part) for part in facts), "who", "it asks for each fact once."),
        Check(all(one.fact in Fact.values and one.values for one in both), "who", "it goes by facts that are known."),
        Check(all(DEPTH.fullmatch(depth) for depth in depths), "depth", "a depth is in millimetres, such as 0.75."),
    ]
