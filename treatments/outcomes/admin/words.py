"""The numbers of outcomes as people read them: in a table, in a drawing, in a spreadsheet."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from portal.adminsite.estimates import MAIN, OTHER, Bar, Mark, Scale, drawing_of
from treatments.followups.terms import MOST_CHANGE
from treatments.outcomes.rules import Estimate, Line
from treatments.outcomes.services import Response

TOO_FEW, NOTHING = "too few to say", "–"
FIGURES = ("change", "better", "satisfaction", "again", "seen")
HEADER = ("table", "line", "clients", *(f"{name} {part}".strip() for name in FIGURES for part in ("", "low", "high")))
SCALE = Scale(-MOST_CHANGE, MOST_CHANGE, ("Much worse", "The same", "Much better"), line=0)


class Cell(NamedTuple):
    """One cell of a table: its column, and what stands in it."""

    column: str
    words: str


def signed(found: Estimate | None) -> str:
    """A change, such as "+1.2 (+0.9 to +1.5)"."""
    return f"{found.value:+.1f} ({found.low:+.1f} to {found.high:+.1f})" if found else TOO_FEW


def plain(found: Estimate | None) -> str:
    """A satisfaction, such as "8.1 (7.2 to 9.0)"."""
    return f"{found.value:.1f} ({found.low:.1f} to {found.high:.1f})" if found else TOO_FEW


def percent(found: Estimate | None) -> str:
    """A share, such as "67 % (54 to 78 %)"."""
    return f"{100 * found.value:.0f} % ({100 * found.low:.0f} to {100 * found.high:.0f} %)" if found else TOO_FEW


def cells_of(line: Line, *, rated: bool) -> list[Cell]:
    """One line of a table; with what practitioners saw, where that was asked for."""
    said = [
        Cell("Clients", str(line.clients)),
        Cell("Change", signed(line.change)),
        Cell("Better", percent(line.better) if line.change else NOTHING),
        Cell("Satisfaction", plain(line.satisfaction) if line.change else NOTHING),
        Cell("Would have it again", percent(line.again) if line.change else NOTHING),
    ]
    seen = f"{signed(line.seen)}, {line.rated} rated" if line.rated else NOTHING
    return [*said, Cell("Seen by practitioners", seen)] if rated else said


def table_of(key: str, title: str, lines: Sequence[Line], *, rated: bool = True) -> dict[str, Any]:
    """A table and the drawing that says the same."""
    rows = [(line, cells_of(line, rated=rated)) for line in lines]
    drawn = [_bar(line) for line in lines if line.change or line.seen]
    return {
        "key": key,
        "title": title,
        "columns": [cell.column for cell in rows[0][1]] if rows else [],
        "rows": [(line.words, cells) for line, cells in rows],
        "drawing": drawing_of(key, f"Change, {title.lower()}", SCALE, drawn),
    }


def _in_words(line: Line) -> str:
    """What a line of the drawing shows."""
    seen = f"; practitioners see {signed(line.seen)}" if line.seen else ""
    return f"clients say {signed(line.change)}{seen}" if line.change else f"{TOO_FEW}{seen}"


def _bar(line: Line) -> Bar:
    """One line of a drawing: what clients said, and what practitioners saw."""
    marks = [Mark(*found[1:], kind) for kind, found in ((MAIN, line.change), (OTHER, line.seen)) if found]
    return Bar(f"{line.words} ({line.clients})", marks, f"{line.words}: {_in_words(line)}")


def answered(response: Response) -> list[Cell]:
    """One line of the response rates."""
    return [
        Cell("Sent", str(response.sent)),
        Cell("Answered", str(response.answered)),
        Cell("Share", percent(response.share)),
    ]


def csv_row(table: str, line: Line) -> list[object]:
    """One line for a spreadsheet: numbers as numbers, nothing where too few answered."""
    figures = [getattr(line, name) for name in FIGURES]
    numbers = [number for found in figures for number in (_rounded(found) if found else ("", "", ""))]
    return [table, line.words, line.clients, *numbers]


def _rounded(found: Estimate) -> tuple[float, ...]:
    return tuple(round(number, 3) for number in found[1:])
