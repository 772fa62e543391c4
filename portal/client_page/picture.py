"""Where a series stands, as a drawing: days become places along a line, in percent of its width. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from treatments.care.schedule import WINDOW_CLOSES, WINDOW_OPENS

LEFT, RIGHT = 4.0, 96.0  # the line's ends
NEAR_LEFT, NEAR_RIGHT = 15.0, 85.0  # beyond these a centred label would stick out


@dataclass(frozen=True)
class Done:
    """A completed session."""

    number: int
    on: date


@dataclass(frozen=True)
class Booked:
    """A session with a day that is still to come, or that waits to be completed."""

    number: int
    on: date


@dataclass(frozen=True)
class Mark:
    """One session on the line: its number, its place in percent, how it stands, and the same in words."""

    number: int
    x: float
    state: str  # done, booked, due or planned
    words: str


@dataclass(frozen=True)
class Band:
    """The results window on the line."""

    x: float
    width: float
    words: str

    @property
    def label_x(self) -> float:
        """Where its label is tied."""
        return {"start": self.x, "middle": round(self.x + self.width / 2, 2), "end": round(self.x + self.width, 2)}[
            self.anchor
        ]

    @property
    def anchor(self) -> str:
        """Which end of its label is tied there, so that it stays inside the drawing."""
        return anchor_at(self.x + self.width / 2)


@dataclass(frozen=True)
class Picture:
    """Everything the drawing shows, and `words`, the whole of it as sentences."""

    marks: list[Mark]
    band: Band | None
    today_x: float
    words: list[str]

    @property
    def today_anchor(self) -> str:
        """Which end of the word "Today" is tied to its line."""
        return anchor_at(self.today_x)


def anchor_at(x: float) -> str:
    """SVG's word for the end of a label that keeps it inside the drawing."""
    return "start" if x < NEAR_LEFT else "end" if x > NEAR_RIGHT else "middle"


def short_date(day: date) -> str:
    """A day as people read it: "1 Jun 2026"."""
    return f"{day.day} {day:%b %Y}"


def draw(
    *,
    done: Sequence[Done],
    booked: Sequence[Booked],
    planned: int,
    interval_days: int,
    last_done: date | None,
    on: date,
) -> Picture:
    """The series on one day. `last_done` is the client's last session in any series; it sets the results window."""
    days = expected_days(done=done, booked=booked, planned=planned, interval_days=interval_days, on=on)
    window = window_after(last_done)
    scale = Scale.over([on, *(day for day, _ in days.values()), *(window or ())])
    marks = [
        Mark(number, scale.place(day), state, mark_words(number, day, state, on))
        for number, (day, state) in sorted(days.items())
    ]
    band = None
    if window:
        opens, closes = window
        band = Band(scale.place(opens), scale.place(closes) - scale.place(opens), band_words(opens, closes, on))
    words = [mark.words for mark in marks] + ([band.words] if band else [])
    return Picture(marks, band, scale.place(on), words)


def expected_days(
    *, done: Sequence[Done], booked: Sequence[Booked], planned: int, interval_days: int, on: date
) -> dict[int, tuple[date, str]]:
    """Each session's day and state by its number: those still without a day follow at the plan's interval.

    The first of them is due one interval after the last done session; when that day has passed it stays shown as
    due, and the later ones are counted from today.
    """
    days = {session.number: (session.on, "done") for session in done}
    days |= {session.number: (session.on, "booked") for session in booked}
    gap = timedelta(days=interval_days)
    last = max((day for day, _ in days.values()), default=None)
    following = "planned" if booked else "due"
    for number in range(1, planned + 1):
        if number in days:
            continue
        day = last + gap if last else on
        days[number] = (day, following)
        last, following = max(day, on), "planned"
    return days


def window_after(last_done: date | None) -> tuple[date, date] | None:
    """First and last day of the results window after a session. Source: docs/clinical.md sections 0 and 3."""
    if last_done is None:
        return None
    return last_done + WINDOW_OPENS, last_done + WINDOW_CLOSES


def mark_words(number: int, day: date, state: str, on: date) -> str:
    """One session as a sentence."""
    if state == "due":
        return f"Session {number}: " + (f"was due on {short_date(day)}." if day < on else f"due on {short_date(day)}.")
    verb = {"done": "done on", "booked": "booked for", "planned": "planned for about"}[state]
    return f"Session {number}: {verb} {short_date(day)}."


def band_words(opens: date, closes: date, on: date) -> str:
    """The results window as a sentence."""
    if on < opens:
        return f"Results window: opens on {short_date(opens)}, until {short_date(closes)}."
    if on > closes:
        return f"Results window: {short_date(opens)} to {short_date(closes)}, now closed."
    return f"Results window: open since {short_date(opens)}, until {short_date(closes)}."


@dataclass(frozen=True)
class Scale:
    """Turns a day into a place between LEFT and RIGHT."""

    first: date
    days: int

    @classmethod
    def over(cls, days: Sequence[date]) -> "Scale":
        """A scale on which all these days have room."""
        return cls(min(days), max((max(days) - min(days)).days, 1))

    def place(self, day: date) -> float:
        """The day's place in percent of the width."""
        return round(LEFT + (RIGHT - LEFT) * (day - self.first).days / self.days, 2)
