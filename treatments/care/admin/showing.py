"""What a page of a care schedule shows: its steps in words, where it comes from, and what it changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from treatments.care.models import CareVersion
from treatments.care.schedule import CareSchedule, CareStep
from treatments.care.services import left_out, schedule_of, shipped, shipped_schedule, telling

SOURCE = "docs/clinical.md, section 3 (E0 to E8)"


@dataclass(frozen=True)
class Line:
    """One step in words."""

    step: CareStep
    when: str
    hour: str
    late: str
    who: str
    asks: str
    reminder: str
    results: str
    differs: bool
    is_own: bool


def lines(schedule: CareSchedule) -> Iterator[Line]:
    """Every step, in the order in which they follow."""
    for step in schedule.steps:
        original = shipped_schedule().step(step.key)
        yield Line(
            step,
            when=telling.when(step),
            hour=telling.hour(step),
            late=telling.lateness(step),
            who=telling.who(step.who, schedule),
            asks=telling.asks(step),
            reminder=telling.reminder(step),
            results=telling.results(step),
            differs=original is not None and original != step,
            is_own=original is None,
        )


def in_force() -> tuple[CareVersion | None, CareSchedule]:
    """What a session that ends now would begin with; no version while the clinic has not taken the default yet."""
    newest = CareVersion.objects.published().select_related("published_by").first()
    name, _content = shipped()
    if newest is not None and newest.shipped in ("", name):
        return newest, schedule_of(newest)
    return None, shipped_schedule()


def origin(version: CareVersion | None) -> str:
    """Where a schedule comes from, in a sentence."""
    name = version.shipped if version else shipped()[0]
    if version is not None and not name:
        by = f", published by {version.published_by}" if version.published_by else ""
        return f"Your clinic’s own{by}."
    dated = name.partition(".")[0]
    try:
        day = f" of {date.fromisoformat(dated):%-d %b %Y}"
    except ValueError:
        day = ""
    return f"The portal’s default{day}, version {name}. Source: {SOURCE}. No clinician has approved it yet."


def shown(version: CareVersion) -> dict[str, Any]:
    """Everything that the page of one version shows."""
    schedule = schedule_of(version)
    published = CareVersion.objects.published()
    before = published.filter(number__lt=version.number).first() if version.published_at else published.first()
    compared = schedule_of(before) if before else shipped_schedule()
    return {
        "lines": list(lines(schedule)),
        "origin": origin(version) if version.published_at else "",
        "before": before,
        "differences": telling.differences(compared, schedule),
        "left_out": left_out(schedule),
        "replaced": version.published_at is not None and in_force()[0] != version,
    }
