"""Count what clients said and practitioners saw, grouped by the database.

A client counts once in each line: by the last word on the goal in the time asked for.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Count, F, Max, OuterRef, QuerySet, Subquery

from clients.records.terms import Goal, SkinType
from treatments.followups.models import Change
from treatments.followups.terms import HUNDRED, POINTS
from treatments.outcomes.models import Rating
from treatments.outcomes.rules import Line, Said, Tally, band_of, line_of
from treatments.outcomes.terms import ALL_GOALS, NOT_KNOWN, By, Judged
from treatments.products.models import Device
from treatments.products.terms import Zone
from treatments.sessions.models import SessionZone

ANSWER = ("hundredths", "satisfaction", "would_repeat")


class Time(NamedTuple):
    """From when until when; None leaves an end open."""

    since: datetime | None = None
    until: datetime | None = None


def goals_said(time: Time) -> list[Goal]:
    """The goals that anybody said or saw anything of."""
    said = set(Change.objects.last_words(*time).values_list("goal", flat=True).distinct())
    return [goal for goal in Goal if goal in said]


def by_goal(time: Time) -> list[Line]:
    """All goals together, then each; empty while nobody has said anything."""
    tallies = _tallies(Change.objects.last_words(*time), Rating.objects.last_words(*time), "goal")
    names = {"": ALL_GOALS} | {goal: str(Goal(goal).label) for goal in Goal}
    return [line_of(words, tallies[goal]) for goal, words in names.items() if goal in tallies]


def by_parts(time: Time, goal: str) -> dict[By, list[Line]]:
    """The outcomes of one goal ("" = all together) by depth, zone, skin type, number of sessions and device."""
    said, seen = Change.objects.last_words(*time).of_goal(goal), Rating.objects.last_words(*time).filter(goal=goal)
    return {by: _lines(_tallies(_keyed(said, by), _keyed(seen, by), by.value), by) for by in By}


def _keyed(rows: QuerySet[Any], by: By) -> QuerySet[Any]:
    """The rows with what they are looked at by; with a row for each zone, where that is it."""
    deepest = SessionZone.objects.filter(session=OuterRef("session")).order_by().values("session")
    keys = {
        By.DEPTH: Subquery(deepest.annotate(deepest=Max("depth_mm")).values("deepest")),
        By.ZONE: F("session__zones__zone"),
        By.SKIN_TYPE: F("client__skin_type"),
        By.NUMBER: F("session__number"),
        By.DEVICE: F("session__device"),
    }
    keyed: QuerySet[Any] = rows.annotate(**{by.value: keys[by]})
    return keyed


def _tallies(said: QuerySet[Any], seen: QuerySet[Any], key: str) -> dict[Any, Tally]:
    """What was said and seen, by a column."""
    found: dict[Any, Tally] = defaultdict(Tally)
    for row in said.order_by().values_list(key, *ANSWER).annotate(Count("pk")):
        found[row[0]].add(Said(*row[1:]))
    for value, judged, count in (
        seen.exclude(judged=Judged.UNCLEAR).order_by().values_list(key, "judged").annotate(Count("pk"))
    ):
        found[value].seen[POINTS[judged] * HUNDRED] += count
    return found


def _lines(tallies: dict[Any, Tally], by: By) -> list[Line]:
    """A line for each, in their usual order; what was not written down comes last."""
    names = _names(by, tallies)
    together: dict[str, Tally] = {words: Tally() for words in [*names.values(), NOT_KNOWN]}
    for key, tally in tallies.items():
        together[names.get(key, NOT_KNOWN)].include(tally)
    return [line_of(words, tally) for words, tally in together.items() if tally.counts_anybody]


def _names(by: By, keys: Iterable[Any]) -> dict[Any, str]:
    """The words for each key, in order."""
    known = sorted(key for key in keys if key is not None)
    if by == By.DEPTH:
        return {depth: band_of(depth) for depth in known}
    if by == By.NUMBER:
        return {number: f"{number} session{'' if number == 1 else 's'}" for number in known}
    if by == By.DEVICE:
        return {device.pk: str(device) for device in Device.objects.filter(pk__in=known).order_by("name", "pk")}
    if by == By.SKIN_TYPE:
        return {skin_type: f"Type {skin_type}" for skin_type in SkinType.values}
    return {zone: str(label) for zone, label in Zone.choices}
