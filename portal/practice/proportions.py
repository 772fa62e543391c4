"""What may be said of few cases: shares and means with the interval they stand in. Pure arithmetic."""

from collections.abc import Mapping
from math import sqrt
from typing import NamedTuple

TOO_FEW = 10
"""From fewer sessions or clients than this no claim is made; counts alone may be shown (a house rule)."""

Z = 1.959963984540054
"""Standard deviations either side of the middle that hold 95 % of a normal distribution."""


class Interval(NamedTuple):
    """The least and the greatest value that a 95 % interval holds."""

    low: float
    high: float


class Mean(NamedTuple):
    """A mean of answers on a scale, and the 95 % interval it stands in."""

    mean: float
    low: float
    high: float


def wilson(successes: int, of: int) -> Interval:
    """The 95 % interval of a share, from 0 to 1: Wilson's, which is right at 0 %, at 100 % and for small counts.

    Nothing counted is no knowledge: 0 to 1. Source: E. B. Wilson, J. Am. Stat. Assoc. 22 (1927), 209-212.

    Raises ValueError when more succeeded than there were.
    """
    if not 0 <= successes <= of:
        raise ValueError(f"{successes} of {of} is no share")
    if of == 0:
        return Interval(0.0, 1.0)
    share, weight = successes / of, Z * Z / of
    middle = (share + weight / 2) / (1 + weight)
    half = Z / (1 + weight) * sqrt(share * (1 - share) / of + weight / (4 * of))
    # At both ends the formula is exactly 0 and 1; floating point misses them by a hair.
    low = 0.0 if successes == 0 else max(0.0, middle - half)
    high = 1.0 if successes == of else min(1.0, middle + half)
    return Interval(low, high)


def mean_of(counts: Mapping[int, int], *, least: int, most: int, step: int = 1) -> Mean | None:
    """The mean of answers on a scale of whole points and its 95 % interval (Student's), kept within the scale.

    `counts` says how often each point was chosen: {8: 3, 9: 1}. None while fewer than two answered. Equal answers
    do not make us certain: a point stands for all that rounds to it, so the variance is never under 1/12 of a
    step's square. `step` is how many points apart the answers on the scale are.

    Raises ValueError when a point is not on the scale.
    """
    if any(not least <= point <= most for point in counts):
        raise ValueError(f"the scale goes from {least} to {most}")
    of = sum(counts.values())
    total = sum(point * count for point, count in counts.items())
    squares = sum(point * point * count for point, count in counts.items())
    return mean_of_sums(of, total, squares, least=least, most=most, step=step)


def mean_of_sums(of: int, total: int, squares: int, *, least: int, most: int, step: int = 1) -> Mean | None:
    """The same from how many answered, the sum of their points, and the sum of its squares, as a database adds up."""
    if of < 2:  # noqa: PLR2004 - one answer has no spread
        return None
    mean = total / of
    variance = (squares * of - total * total) / (of * (of - 1))  # whole numbers until the end: nothing cancels
    half = _student(of - 1) * sqrt(max(variance, step * step / 12) / of)
    return Mean(mean, max(float(least), mean - half), min(float(most), mean + half))


def too_few(of: int) -> bool:
    """Whether this is too little to claim anything from."""
    return of < TOO_FEW


def _student(freedom: int) -> float:
    """Student's t for a two-sided 95 % interval, by its series around the normal; within 0.001 from 9 degrees on.

    Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.5.
    """
    return (
        Z
        + (Z**3 + Z) / (4 * freedom)
        + (5 * Z**5 + 16 * Z**3 + 3 * Z) / (96 * freedom**2)
        + (3 * Z**7 + 19 * Z**5 + 17 * Z**3 - 15 * Z) / (384 * freedom**3)
    )
