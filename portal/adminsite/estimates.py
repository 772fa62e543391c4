"""Estimates with their intervals as a drawing, rendered on the server: a line for each, all on one scale.

The table behind it says the same; whoever cannot see it is read the sentences.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

ROW, TOP, LEFT, WIDTH = 62, 20, 3, 94  # pixels down, per cent across
WORDS = 34  # pixels: two lines of words above each line, for a narrow screen
MAIN, OTHER = "main", "other"  # two estimates of one line; the other one stands a little below
BELOW = {MAIN: WORDS + 10, OTHER: WORDS + 19}


class Mark(NamedTuple):
    """One estimate, and the interval that it stands in."""

    value: float
    low: float
    high: float
    kind: str = MAIN


class Bar(NamedTuple):
    """One line of the drawing: its words, its estimates, and the same as a sentence."""

    words: str
    marks: Sequence[Mark]
    said: str


class Scale(NamedTuple):
    """From where to where it goes, the words at its beginning, middle and end, and where a line stands, if one does."""

    least: float
    most: float
    words: tuple[str, str, str]
    line: float | None = None

    def x(self, value: float) -> float:
        """Where a value stands, in per cent of the drawing's width."""
        return round(LEFT + WIDTH * (value - self.least) / (self.most - self.least), 1)


def drawing_of(key: str, title: str, scale: Scale, bars: Sequence[Bar]) -> dict[str, Any] | None:
    """For estimates.html; None when there is nothing to draw."""
    if not bars:
        return None
    ends = zip(("start", "middle", "end"), scale.words, (LEFT, 50, LEFT + WIDTH), strict=True)
    return {
        "key": key,
        "title": title,
        "height": TOP + ROW * len(bars),
        "axis": [{"anchor": anchor, "words": words, "x": x} for anchor, words, x in ends],
        "line_x": None if scale.line is None else scale.x(scale.line),
        "bars": [_drawn(bar, scale, TOP + ROW * place) for place, bar in enumerate(bars)],
        "said": [f"{bar.said}." for bar in bars],
    }


def _drawn(bar: Bar, scale: Scale, top: int) -> dict[str, Any]:
    return {
        "words": bar.words,
        "words_y": top,
        "words_height": WORDS,
        "line_y": top + BELOW[MAIN],
        "marks": [
            {
                "kind": mark.kind,
                "y": top + BELOW[mark.kind],
                "low": scale.x(mark.low),
                "high": scale.x(mark.high),
                "x": scale.x(mark.value),
            }
            for mark in bar.marks
        ],
    }
