"""A table as a file for a spreadsheet."""

import csv
from collections.abc import Iterable

from django.http import HttpResponse

FORMULAS = frozenset("=+-@\t\r")  # with these a cell of text begins that a spreadsheet takes for a formula


def csv_file(name: str, header: Iterable[str], rows: Iterable[Iterable[object]]) -> HttpResponse:
    """The answer that hands over a table as name.csv."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"', "Cache-Control": "private, no-store"}
    answer = HttpResponse(content_type="text/csv; charset=utf-8", headers=headers)
    answer.write("\ufeff")  # without it a spreadsheet takes the names for another alphabet
    writer = csv.writer(answer)
    writer.writerow(header)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return answer


def harmless(cell: object) -> object:
    """Text that no spreadsheet takes for a formula; a number stays one."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in FORMULAS else cell
