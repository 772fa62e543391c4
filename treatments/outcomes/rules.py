"""What may be claimed of many answers: a mean or a share, with its 95 % interval, and nothing from too few clients.

Pure. Each client is counted once: whoever answered more often, by the last answer.
"""

from dataclasses import dataclass
from typing import NamedTuple

from portal.practice.proportions import mean_of_sums, too_few, wilson
from treatments.followups.terms import HUNDRED, MOST_CHANGE, MOST_SATISFIED


class Estimate(NamedTuple):
    """A mean or a share of so many clients, and the 95 % interval it stands in."""

    of: int
    value: float
    low: float
    high: float


class Sums(NamedTuple):
    """Answers on a scale, added up: how many, their points, and the squares of those."""

    of: int = 0
    total: int = 0
    squares: int = 0

    def plus(self, other: "Sums") -> "Sums":
        """Those of both."""
        return Sums(self.of + other.of, self.total + other.total, self.squares + other.squares)


NOTHING = Sums()


@dataclass
class Tally:
    """What some clients said, and what practitioners saw of some clients, in hundredths of a step."""

    change: Sums = NOTHING
    better: int = 0  # of those who said how it has changed
    satisfaction: Sums = NOTHING
    again: Sums = NOTHING  # 1 is yes, 0 is no
    seen: Sums = NOTHING

    @property
    def counts_anybody(self) -> bool:
        """Whether there is anything in it."""
        return bool(self.change.of or self.seen.of)

    def include(self, other: "Tally") -> None:
        """All that another tally counted."""
        self.change = self.change.plus(other.change)
        self.better += other.better
        self.satisfaction = self.satisfaction.plus(other.satisfaction)
        self.again = self.again.plus(other.again)
        self.seen = self.seen.plus(other.seen)


class Line(NamedTuple):
    """One line of a table. What is None was said of too few clients to claim anything."""

    words: str
    clients: int
    change: Estimate | None
    better: Estimate | None
    satisfaction: Estimate | None
    again: Estimate | None
    rated: int
    seen: Estimate | None


def line_of(words: str, tally: Tally) -> Line:
    """What may be claimed of a tally."""
    steps = MOST_CHANGE * HUNDRED
    return Line(
        words,
        tally.change.of,
        change=in_steps(mean(tally.change, -steps, steps, HUNDRED)),
        better=share(tally.better, tally.change.of),
        satisfaction=mean(tally.satisfaction, 0, MOST_SATISFIED),
        again=share(tally.again.total, tally.again.of),
        rated=tally.seen.of,
        seen=in_steps(mean(tally.seen, -steps, steps, HUNDRED)),
    )


def mean(sums: Sums, least: int, most: int, step: int = 1) -> Estimate | None:
    """The mean of answers; None from too few clients."""
    found = None if too_few(sums.of) else mean_of_sums(*sums, least=least, most=most, step=step)
    return Estimate(sums.of, *found) if found else None


def share(those: int, of: int) -> Estimate | None:
    """The share of clients; None of too few."""
    return None if too_few(of) else Estimate(of, those / of, *wilson(those, of))


def in_steps(found: Estimate | None) -> Estimate | None:
    """What was counted in hundredths, in steps of the scale."""
    return found and Estimate(found.of, *(number / HUNDRED for number in found[1:]))
