"""A care schedule with one thing changed. Each gives a schedule that can be, or raises NotToBeUsed at its field."""

from collections.abc import Iterable
from dataclasses import replace

from django.utils.text import slugify

from treatments.care.rules import DAY
from treatments.care.schedule import (
    WINDOW_CLOSES,
    WINDOW_OPENS,
    CareSchedule,
    CareStep,
    OddSchedule,
    read,
    snapshot,
)
from treatments.care.services.refusals import NoSuchStep, NotToBeUsed
from treatments.care.services.versions import shipped_schedule

WINDOW = (WINDOW_OPENS // DAY, WINDOW_CLOSES // DAY)
LEAVES_THE_WINDOW = "First results show between day {} and day {}: this step stays inside those days."
LONGEST_SLUG = 12
# The parts of a step whose field on the page has another name.
FIELDS = {"after": "days", "send_within": "send_within_hours", "remind_after": "remind_after_hours"}


def edited(schedule: CareSchedule, step: CareStep) -> CareSchedule:
    """With this step in place of the one with its key. Raises NoSuchStep, NotToBeUsed."""
    if schedule.step(step.key) is None:
        raise NoSuchStep
    step = windowed(step)
    return checked([step if one.key == step.key else one for one in schedule.steps], step)


def with_new(schedule: CareSchedule, step: CareStep, taken: Iterable[str]) -> CareSchedule:
    """With a step of the clinic's own; its key is made from its title. Raises NotToBeUsed."""
    step = windowed(replace(step, key=own_key(step.title, {*taken, *(one.key for one in schedule.steps)})))
    return checked([*schedule.steps, step], step)


def without(schedule: CareSchedule, key: str) -> CareSchedule:
    """Without a step. Raises NoSuchStep, NotToBeUsed."""
    if schedule.step(key) is None:
        raise NoSuchStep
    left = [one for one in schedule.steps if one.key != key]
    if not left:
        raise NotToBeUsed("A care schedule has one step at least.")
    return checked(left)


def restored(schedule: CareSchedule, key: str) -> CareSchedule:
    """With a step as the portal's default has it. Raises NoSuchStep, NotToBeUsed."""
    step = shipped_schedule().step(key)
    if step is None:
        raise NoSuchStep
    return checked([*(one for one in schedule.steps if one.key != key), step], step)


def windowed(step: CareStep) -> CareStep:
    """With the results window, if it asks for first results. The default's own steps cannot leave it.

    Raises NotToBeUsed.
    """
    original = shipped_schedule().step(step.key)
    if original is not None and original.window_days:
        first, last = original.window_days
        if not first <= step.after / DAY <= last:
            raise NotToBeUsed(LEAVES_THE_WINDOW.format(first, last), "days")
        return replace(step, window_days=original.window_days)
    first, last = WINDOW
    inside = step.about_results and first <= step.after / DAY <= last
    return replace(step, window_days=WINDOW if inside else ())


def checked(steps: Iterable[CareStep], changed: CareStep | None = None) -> CareSchedule:
    """The schedule, its steps in order; what cannot be is said at the field of the step that was changed."""
    ordered = CareSchedule(tuple(sorted(steps, key=lambda step: step.after_hours)))
    try:
        return read(snapshot(ordered))
    except OddSchedule as odd:
        key = str(odd).partition(": ")[0]
        why = odd.why[:1].upper() + odd.why[1:]
        if changed is not None and key == changed.key:
            raise NotToBeUsed(why, _field(odd.field, changed)) from odd
        step = ordered.step(key)
        raise NotToBeUsed(f"“{step.title if step else key}”: {odd.why}") from odd


def own_key(title: str, taken: Iterable[str]) -> str:
    """A key that no step ever had: what was sent under one is never taken for another."""
    stem = f"own_{slugify(title).replace('-', '_')[:LONGEST_SLUG].strip('_') or 'step'}"
    names, number, key = set(taken), 1, stem
    while key in names:
        number += 1
        key = f"{stem}_{number}"
    return key


def _field(part: str, step: CareStep) -> str:
    if part in ("depth", "not_clear"):
        return f"any_{part}" if any(one.fact == part for one in step.who.any) else f"every_{part}"
    return FIELDS.get(part, part)
