"""A care schedule in plain words for the people who write it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from clients.records.terms import Goal, SkinType
from treatments.care.schedule import CareSchedule, CareStep, Condition, Who
from treatments.care.terms import Asks, Fact, History
from treatments.products.terms import Zone

EVERYBODY = "Everybody"
# How each fact reads with its values, after "clients with".
FACTS = {
    Fact.SKIN_TYPE: "Fitzpatrick skin type {}",
    Fact.HISTORY: "in their health history: {}",
    Fact.INDICATION: "a plan for {}",
    Fact.ZONE: "treatment of this zone: {}",
    Fact.DEPTH: "a needle depth from {} mm",
    Fact.NOT_CLEAR: "an answer to {} that was not clear",
}
# What a step is, but for its wording, which is compared as a whole.
PARTS = (
    *("title", "after_hours", "hour", "any_hour", "window_days", "send_within_hours", "asks"),
    *("remind_after_hours", "about_results", "who"),
)
WEEKS_UP_TO = 12  # weeks; longer spans are told in days
WEEK = 7


def value_choices(schedule: CareSchedule) -> dict[str, list[tuple[str, str]]]:
    """What each fact may be, but for the depth: pairs of the stored value and its words."""
    known: dict[str, Iterable[tuple[str, object]]] = {
        Fact.SKIN_TYPE: SkinType.choices,
        Fact.HISTORY: History.choices,
        Fact.INDICATION: Goal.choices,
        Fact.ZONE: Zone.choices,
        Fact.NOT_CLEAR: [(step.key, step.title) for step in schedule.steps if step.asks != Asks.NOTHING],
    }
    return {fact: [(value, str(words)) for value, words in pairs] for fact, pairs in known.items()}


def span(hours: int) -> str:
    """So many hours: "1 hour", "3 days", "4 days and 2 hours", "6 weeks"."""
    days, rest = divmod(hours, 24)
    if days > WEEK and not rest and not days % WEEK and days <= WEEKS_UP_TO * WEEK:
        return _number(days // WEEK, "week")
    return " and ".join(_number(number, unit) for number, unit in ((days, "day"), (rest, "hour")) if number)


def when(step: CareStep) -> str:
    """How long after the session it leaves."""
    return f"{span(step.after_hours)} after"


def hour(step: CareStep) -> str:
    """At which hour of the client's day."""
    if step.any_hour:
        return "at once, also at night"
    return f"at {step.hour}" if step.hour else "at the session’s hour"


def lateness(step: CareStep) -> str:
    """How late it may be, for the column that asks so."""
    first, last = step.window_days or (0, 0)
    only = f", and only on days {first} to {last}" if last else ""
    return f"{span(step.send_within_hours)}{only}"


def until(step: CareStep) -> str:
    """Until when it may leave."""
    late = f"{span(step.send_within_hours)} late at most"
    return f"{late}; days {step.window_days[0]} to {step.window_days[1]} only" if step.window_days else late


def asks(step: CareStep) -> str:
    """Which questions it asks."""
    return str(Asks(step.asks).label)


def reminder(step: CareStep) -> str:
    """Whether silence is reminded of."""
    return f"{span(step.remind_after_hours)} after the email" if step.remind_after_hours else "None"


def results(step: CareStep) -> str:
    """What being about results means for it."""
    return "A newer session replaces it; it waits while a red flag is open" if step.about_results else ""


def who(given: Who, schedule: CareSchedule) -> str:
    """Who gets a step: "Everybody", or the clients whom its conditions fit."""
    names = _names(schedule)
    every, some = ([_condition(one, names) for one in part] for part in (given.every, given.any))
    told = "; and besides ".join(part for part in ("; and ".join(every), "; or ".join(some)) if part)
    return f"Clients with {told}" if told else EVERYBODY


def _condition(one: Condition, names: Mapping[str, Mapping[str, str]]) -> str:
    known = names.get(one.fact, {})
    return FACTS[Fact(one.fact)].format(_listed([known.get(value, value) for value in one.values], "or"))


def _names(schedule: CareSchedule) -> dict[str, dict[str, str]]:
    names = {fact: dict(pairs) for fact, pairs in value_choices(schedule).items()}
    names[Fact.SKIN_TYPE] = {}  # its number says it
    for fact in (Fact.HISTORY, Fact.INDICATION, Fact.ZONE):
        names[fact] = {value: words[:1].lower() + words[1:] for value, words in names[fact].items()}
    names[Fact.NOT_CLEAR] = {key: f"“{title}”" for key, title in names[Fact.NOT_CLEAR].items()}
    return names


@dataclass(frozen=True)
class Difference:
    """One thing that a version changes: the tone and word of its badge, and what in words."""

    tone: str
    badge: str
    words: str


def differences(before: CareSchedule, after: CareSchedule) -> list[Difference]:
    """What becomes of each step: new, gone, and what is another in those that stay."""
    found = []
    for step in after.steps:
        old = before.step(step.key)
        if old is None:
            found.append(Difference("ok", "New", f"{step.title}, {when(step)}."))
        elif changes := _changes(old, step, before, after):
            found.append(Difference("info", "Changed", f"{step.title}: {'; '.join(changes)}."))
    gone = (step for step in before.steps if after.step(step.key) is None)
    return [*found, *(Difference("bad", "Gone", f"{step.title}, {when(step)}.") for step in gone)]


def _changes(old: CareStep, new: CareStep, before: CareSchedule, after: CareSchedule) -> list[str]:
    parts = [
        ("name", old.title, new.title),
        ("leaves", when(old), when(new)),
        ("hour", hour(old), hour(new)),
        ("until", until(old), until(new)),
        ("asks", asks(old), asks(new)),
        ("reminder", reminder(old), reminder(new)),
        ("about results", _yes(old.about_results), _yes(new.about_results)),
        ("who gets it", who(old.who, before), who(new.who, after)),
    ]
    told = [f"{name} “{now}” instead of “{was}”" for name, was, now in parts if was != now]
    same = replace(old, **{name: getattr(new, name) for name in PARTS})
    return [*told, "other words for the client"] if same != new else told


def _listed(parts: Sequence[str], word: str) -> str:
    """Such as "A, B or C"."""
    return f" {word} ".join(part for part in (", ".join(parts[:-1]), *parts[-1:]) if part)


def _number(number: int, unit: str) -> str:
    return f"{number} {unit}{'s' * (number != 1)}"


def _yes(value: bool) -> str:
    return "yes" if value else "no"
