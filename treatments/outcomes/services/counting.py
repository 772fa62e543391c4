"""Count what clients said and practitioners saw, grouped by the database.

A client counts once in each line: by the last word on the goal in the time asked for.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    F,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce

from clients.records.terms import Goal, SkinType
from treatments.followups.models import Change
from treatments.followups.terms import BETWEEN, HUNDRED, POINTS
from treatments.outcomes.models import Rating
from treatments.outcomes.rules import Line, Sums, Tally, line_of
from treatments.outcomes.terms import ALL_GOALS, BANDS, NOT_KNOWN, By, Judged
from treatments.products.models import Device
from treatments.products.terms import Zone
from treatments.sessions.models import SessionZone

# The band of needle depths that the session's deepest zone lies in, by its place among them.
BAND = Case(*(When(deepest_mm__lte=most, then=Value(place)) for place, (most, _words) in enumerate(BANDS)))
# What a session has one of, with its column.
ONCE = {By.DEPTH: "band", By.SKIN_TYPE: "client__skin_type", By.NUMBER: "session_number", By.DEVICE: "device"}
ADDED_UP = {
    "of": Count("pk"),
    "total": Sum("hundredths"),
    "squares": Sum(Cast("hundredths", IntegerField()) * F("hundredths"), output_field=BigIntegerField()),
    "better": Count("pk", filter=Q(hundredths__gt=0)),
    "happy_of": Count("satisfaction"),
    "happy_total": Sum("satisfaction"),
    "happy_squares": Sum(F("satisfaction") * F("satisfaction"), output_field=BigIntegerField()),
    "again_of": Count("would_repeat"),
    "again_total": Count("pk", filter=Q(would_repeat=True)),
}


class Time(NamedTuple):
    """From when until when; None leaves an end open. With a step, what clients said to that one."""

    since: datetime | None = None
    until: datetime | None = None
    step: str = ""


def seen_in(time: Time) -> QuerySet[Rating]:
    """What practitioners saw. Nobody asked them at a step: of one step, nothing."""
    ratings = Rating.objects.last_words(time.since, time.until)
    return ratings.none() if time.step else ratings


def goals_said(time: Time) -> list[Goal]:
    """The goals that anybody said or saw anything of."""
    said = set(Change.objects.last_words(*time).values_list("goal", flat=True).distinct())
    return [goal for goal in Goal if goal in said]


def by_goal(time: Time) -> list[Line]:
    """All goals together, then each; empty while nobody has said anything."""
    tallies: dict[Any, Tally] = defaultdict(Tally)
    for goal, tally in _said(Change.objects.last_words(*time), "goal"):
        tallies[goal].include(tally)
    for goal, tally in _seen(seen_in(time), "goal"):
        tallies[goal].include(tally)
    names = {"": ALL_GOALS} | {goal: str(Goal(goal).label) for goal in Goal}
    return [line_of(words, tallies[goal]) for goal, words in names.items() if goal in tallies]


def by_parts(time: Time, goal: str) -> dict[By, list[Line]]:
    """The outcomes of one goal ("" = all together) by depth, zone, skin type, number of sessions and device."""
    found: dict[By, dict[Any, Tally]] = {by: defaultdict(Tally) for by in By}
    said = Change.objects.last_words(*time).of_goal(goal)
    for *keys, tally in _said(said.annotate(band=BAND), *ONCE.values()):
        for by, key in zip(ONCE, keys, strict=True):
            found[by][key].include(tally)
    for zones, tally in _said(said, "zones"):
        for zone in zones.split(BETWEEN):
            found[By.ZONE][zone].include(tally)
    if goal:  # practitioners rate goals, never all of them together
        seen = seen_in(time).filter(goal=goal)
        for by in By:
            for key, tally in _seen_by_zone(seen) if by == By.ZONE else _seen(_keyed(seen, by), by.value):
                found[by][key].include(tally)
    return {by: _lines(tallies, by) for by, tallies in found.items()}


def _said(rows: QuerySet[Any], *keys: str) -> Iterator[tuple[Any, ...]]:
    """What clients said, added up by the database for each combination of some columns, which come first."""
    for row in rows.order_by().values_list(*keys).annotate(**ADDED_UP):
        numbers = [number or 0 for number in row[len(keys) :]]
        change, better, satisfaction, again = numbers[:3], numbers[3], numbers[4:7], numbers[7:]
        again_sums = Sums(again[0], again[1], again[1])
        yield *row[: len(keys)], Tally(Sums(*change), better, Sums(*satisfaction), again_sums)


def _seen(rows: QuerySet[Any], key: str) -> Iterator[tuple[Any, Tally]]:
    """What practitioners saw, by a column."""
    judged = rows.exclude(judged=Judged.UNCLEAR).order_by()
    for value, word, count in judged.values_list(key, "judged").annotate(Count("pk")):
        points = POINTS[word] * HUNDRED
        yield value, Tally(seen=Sums(count, count * points, count * points * points))


def _seen_by_zone(ratings: QuerySet[Rating]) -> Iterator[tuple[Any, Tally]]:
    """What practitioners saw, by each zone of the session: as it was amended, else as it is written down."""
    yield from _seen(ratings.filter(session__as_amended=None), "session__zones__zone")
    for zones, tally in _seen(ratings.exclude(session__as_amended=None), "session__as_amended__zones"):
        for zone in zones.split(BETWEEN):
            yield zone, tally


def _keyed(ratings: QuerySet[Rating], by: By) -> QuerySet[Any]:
    """Ratings with what they are looked at by: as the session was amended, else as it is written down."""
    deepest = SessionZone.objects.filter(session=OuterRef("session")).order_by().values("session")
    as_signed = Subquery(deepest.annotate(deepest=Max("depth_mm")).values("deepest"))
    amended = When(session__as_amended__isnull=False, then=F("session__as_amended__deepest_mm"))
    deep = ratings.annotate(deepest_mm=Case(amended, default=as_signed))
    keys = {
        By.DEPTH: BAND,
        By.SKIN_TYPE: F("client__skin_type"),
        By.NUMBER: F("session__number"),
        By.DEVICE: Coalesce("session__as_amended__device", "session__device"),
    }
    keyed: QuerySet[Any] = (deep if by == By.DEPTH else ratings).annotate(**{by.value: keys[by]})
    return keyed


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
        return {band: BANDS[band][1] for band in known}
    if by == By.NUMBER:
        return {number: f"{number} session{'' if number == 1 else 's'}" for number in known}
    if by == By.DEVICE:
        return {device.pk: str(device) for device in Device.objects.filter(pk__in=known).order_by("name", "pk")}
    if by == By.SKIN_TYPE:
        return {skin_type: f"Type {skin_type}" for skin_type in SkinType.values}
    return {zone: str(label) for zone, label in Zone.choices}
