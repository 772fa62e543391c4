"""The care schedule: which steps follow a session, when each is due, until when, and who gets it. Pure.

Source of the default (treatments/care/default.json): docs/clinical.md section 3, E0 to E8. Awaiting a clinician's
approval. What marks HR there is a house rule.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from clients.messages.schedule import SendingHours
from treatments.care.guidance import Words
from treatments.care.rules import DAY, checks

# The results window. Source: docs/clinical.md section 3: first changes at four weeks, the window closes at six.
WINDOW_OPENS, WINDOW_CLOSES = 28 * DAY, 42 * DAY


class OddSchedule(ValueError):
    """A care schedule that cannot be: the argument says where and why; `field` names the part of the step."""

    def __init__(self, said: str, field: str = "") -> None:
        super().__init__(said)
        self.field = field

    @property
    def why(self) -> str:
        """The reason alone, without the step's key."""
        return str(self).partition(": ")[2]


@dataclass(frozen=True)
class Condition:
    """One fact about client or session, and the values that count; a depth counts from the one value on."""

    fact: str  # a word of terms.Fact
    values: tuple[str, ...]


@dataclass(frozen=True)
class Who:
    """Who gets a step: whom every one of `every` fits, and any one of `any`. Both empty: everybody."""

    any: tuple[Condition, ...] = ()
    every: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class CareStep:
    """One step. Times are whole hours from the actual end of the session; days are local calendar days."""

    key: str
    title: str
    after_hours: int
    send_within_hours: int
    asks: str
    hour: str = ""  # such as "10:00", the client's local time; "" = the hour at which the session ended
    any_hour: bool = False  # leaves outside the clinic's sending hours too: how to look after the skin cannot wait
    window_days: tuple[int, ...] = ()  # first and last day on which it may leave, such as 28 and 42
    about_results: bool = False  # a newer session replaces it, and it waits while a red flag is open
    remind_after_hours: int = 0  # how long after it was sent, unanswered, the one reminder leaves; 0 = none
    who: Who = Who()
    # What its email says, by language; {} in a schedule from before wording was part of it.
    words: Mapping[str, Words] = field(default_factory=dict, hash=False)

    @property
    def after(self) -> timedelta:
        """From the end of the session to the step."""
        return timedelta(hours=self.after_hours)

    @property
    def conditional(self) -> bool:
        """Whether only some clients get it: then that somebody gets it tells of their health."""
        return bool(self.who.any or self.who.every)


@dataclass(frozen=True)
class CareSchedule:
    """Every step, in the order in which they follow."""

    steps: tuple[CareStep, ...]

    @cached_property
    def _by_key(self) -> dict[str, CareStep]:
        return {step.key: step for step in self.steps}

    def step(self, key: str) -> CareStep | None:
        """The step with this key."""
        return self._by_key.get(key)


class Slot(NamedTuple):
    """When a step is due, the moment after which it is no longer sent, and how early it may leave. All in UTC."""

    due_at: datetime
    send_by: datetime
    not_before: datetime


@dataclass(frozen=True)
class About:
    """What is known about a client and a session, for deciding who gets a step."""

    skin_type: str = ""
    history: frozenset[str] = frozenset()
    indications: frozenset[str] = frozenset()
    depths: Mapping[str, Decimal] = field(default_factory=dict)  # by zone, in millimetres
    not_clear: frozenset[str] = frozenset()  # keys of steps whose answers needed a person


def fits(who: Who, about: About) -> bool:
    """Whether a client gets a step, by what is known now."""
    return all(_holds(one, about) for one in who.every) and (not who.any or any(_holds(one, about) for one in who.any))


def _holds(condition: Condition, about: About) -> bool:
    values = set(condition.values)
    if condition.fact == "depth":
        return any(depth >= Decimal(value) for depth in about.depths.values() for value in values)
    known: dict[str, frozenset[str]] = {
        "skin_type": frozenset({about.skin_type}),
        "history": about.history,
        "indication": about.indications,
        "zone": frozenset(about.depths),
        "not_clear": about.not_clear,
    }
    return bool(values & known[condition.fact])


def due_times(schedule: CareSchedule, ended_at: datetime, zone: ZoneInfo, opens: time, closes: time) -> dict[str, Slot]:
    """Every step's slot after a session that ended then.

    All but any-hour steps fall in the sending hours, local to the zone; a step with a window inside its days, by
    elapsed time and by local date. Raises ValueError unless opens < closes.
    """
    if not opens < closes:
        raise ValueError("Sending hours must open before they close.")
    hours, ended_at = SendingHours(zone, opens, closes), ended_at.astimezone(UTC)
    return {step.key: _slot(step, ended_at, hours) for step in schedule.steps}


def _slot(step: CareStep, ended_at: datetime, hours: SendingHours) -> Slot:
    within = timedelta(hours=step.send_within_hours)
    if step.any_hour:
        due_at = ended_at + step.after
        return Slot(due_at, due_at + within, due_at)
    wished = hours.first_from(_wished(step, ended_at, hours))
    if not step.window_days:
        return _in_time(step, wished, hours)
    first, last = (timedelta(days=days) for days in step.window_days)
    earliest = hours.first_from(max(ended_at + first, hours.same_hour(ended_at, first)))
    latest = min(ended_at + last, hours.same_hour(ended_at, last))
    due_at = min(max(wished, earliest), hours.last_until(latest, slack=hours.slack))
    ended_on, due_on = (moment.astimezone(hours.zone).date() for moment in (ended_at, due_at))
    stale_on = max(due_on, ended_on + (step.after + within) // DAY * DAY)
    if hours.on(stale_on)[1] - due_at < hours.slack:  # the day is over, or as good as over: the next one is its day
        stale_on += DAY
    return Slot(due_at, hours.on(min(stale_on, ended_on + last))[1], due_at)


def _in_time(step: CareStep, wished: datetime, hours: SendingHours) -> Slot:
    """From the moment on, for so long; what would find no time before the hours close is due when they next open.

    With others of its day it may leave earlier, by half of its delay at most: what is asked about a day later does not
    leave with what is said an hour after a session that ended just before midnight.
    """
    within = timedelta(hours=step.send_within_hours)
    day, send_by = wished.astimezone(hours.zone).date(), hours.last_until(wished + within)
    if send_by - wished < hours.slack:
        day += DAY
        wished = hours.first_from(hours.on(day)[0])
        send_by = hours.last_until(wished + within)
    opening = hours.on(wished.astimezone(hours.zone).date())[0]
    return Slot(wished, send_by, min(wished, max(opening, wished - step.after / 2)))


def _wished(step: CareStep, ended_at: datetime, hours: SendingHours) -> datetime:
    """The moment itself: so many days later at the step's hour or the session's, else so many hours later."""
    days, rest = divmod(step.after, DAY)
    if step.hour:
        day = ended_at.astimezone(hours.zone).date() + days * DAY
        return hours.instant(day, time.fromisoformat(step.hour))[0]
    return hours.same_hour(ended_at, days * DAY) + rest if days else ended_at + rest


def read(content: Any) -> CareSchedule:
    """The schedule that this JSON describes. Raises OddSchedule, naming the step."""
    try:
        steps = tuple(_read_step(one) for one in content["steps"])
    except (KeyError, TypeError) as odd:
        raise OddSchedule(f"steps: {odd}") from odd
    keys = [step.key for step in steps]
    if len(set(keys)) != len(keys) or not keys:
        raise OddSchedule("steps: each needs a key of its own, and there is one at least.")
    for step in steps:
        earlier = {one.key for one in steps if one.after < step.after}
        if not _answers_meant(step.who) <= earlier:
            raise OddSchedule(
                f"{step.key}: it goes by the answers to a step that does not come before it.", "not_clear"
            )
    return CareSchedule(steps)


def _answers_meant(who: Who) -> set[str]:
    """The steps whose answers decide."""
    return {value for one in (*who.any, *who.every) if one.fact == "not_clear" for value in one.values}


def _read_step(said: Mapping[str, Any]) -> CareStep:
    who = {
        part: tuple(Condition(c["fact"], tuple(c["values"])) for c in said.get("who", {}).get(part, ()))
        for part in ("any", "every")
    }
    words = {language: Words(**one) for language, one in said.get("words", {}).items()}
    step = CareStep(**{**said, "window_days": tuple(said.get("window_days", ())), "who": Who(**who), "words": words})
    for holds, part, why in checks(step):
        if not holds:
            raise OddSchedule(f"{step.key}: {why}", part)
    return step


def snapshot(schedule: CareSchedule) -> dict[str, Any]:
    """The schedule as JSON; read() gives the same one back."""
    return json.loads(json.dumps(asdict(schedule)))  # type: ignore[no-any-return]


def fingerprint(content: Any) -> str:
    """SHA-256 of what a version says."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
