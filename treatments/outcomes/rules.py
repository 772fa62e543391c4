"""What may be claimed of many answers: a mean or a share, with its 95 % interval, and nothing from too few clients.

Pure. Each client is counted once: whoever answered more often, by the last answer.
"""

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from portal.practice.proportions import mean_of, too_few, wilson
from treatments.followups.terms import HUNDRED, MOST_CHANGE, MOST_SATISFIED
from treatments.outcomes.terms import BANDS


class Estimate(NamedTuple):
    """A mean or a share of so many clients, and the 95 % interval it stands in."""

    of: int
    value: float
    low: float
    high: float


class Said(NamedTuple):
    """One answer, and how many clients gave it."""

    hundredths: int  # of a step of the change
    satisfaction: int | None
    again: bool | None
    clients: int


@dataclass
class Tally:
    """What some clients said, and what practitioners saw of some clients."""

    changes: Counter[int] = field(default_factory=Counter)
    satisfied: Counter[int] = field(default_factory=Counter)
    again: Counter[bool] = field(default_factory=Counter)
    seen: Counter[int] = field(default_factory=Counter)  # by hundredths, as practitioners rated them

    @property
    def counts_anybody(self) -> bool:
        """Whether there is anything in it."""
        return bool(self.changes or self.seen)

    def include(self, other: "Tally") -> None:
        """All that another tally counted."""
        self.changes += other.changes
        self.satisfied += other.satisfied
        self.again += other.again
        self.seen += other.seen

    def add(self, said: Said) -> None:
        """One more answer."""
        self.changes[said.hundredths] += said.clients
        if said.satisfaction is not None:
            self.satisfied[said.satisfaction] += said.clients
        if said.again is not None:
            self.again[said.again] += said.clients


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
    clients, steps = tally.changes.total(), MOST_CHANGE * HUNDRED
    better = sum(count for hundredths, count in tally.changes.items() if hundredths > 0)
    return Line(
        words,
        clients,
        change=in_steps(mean(tally.changes, -steps, steps, HUNDRED)),
        better=share(better, clients),
        satisfaction=mean(tally.satisfied, 0, MOST_SATISFIED),
        again=share(tally.again[True], tally.again.total()),
        rated=tally.seen.total(),
        seen=in_steps(mean(tally.seen, -steps, steps, HUNDRED)),
    )


def mean(counts: Counter[int], least: int, most: int, step: int = 1) -> Estimate | None:
    """The mean of answers; None from too few clients."""
    of = counts.total()
    found = None if too_few(of) else mean_of(counts, least=least, most=most, step=step)
    return Estimate(of, *found) if found else None


def share(those: int, of: int) -> Estimate | None:
    """The share of clients; None of too few."""
    return None if too_few(of) else Estimate(of, those / of, *wilson(those, of))


def in_steps(found: Estimate | None) -> Estimate | None:
    """What was counted in hundredths, in steps of the scale."""
    return found and Estimate(found.of, *(number / HUNDRED for number in found[1:]))


def band_of(depth_mm: Decimal) -> str:
    """The band of needle depths that a depth lies in."""
    return next(words for most, words in BANDS if depth_mm <= most)
