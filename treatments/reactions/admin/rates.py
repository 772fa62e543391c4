"""Reaction rates: a page with four tables and their drawings, and the same as a file."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.text import slugify

from portal.adminsite.estimates import Bar, Mark, Scale, drawing_of
from portal.adminsite.options import ClinicModelAdmin
from portal.adminsite.spreadsheet import csv_file
from treatments.reactions.rules import Rate, percent
from treatments.reactions.services import rates

COLUMNS = ("by", "which", "sessions", "clients", "followed by a reaction", "of grade 3 or 4", "share (95 % interval)")
SCALES = (0.1, 0.2, 0.5, 1.0)  # where a drawing may end
SHOWN = 50  # of one table; the file has all


class RatePages(ClinicModelAdmin):
    """How often sessions were followed by a reaction."""

    def rates_page(self, request: HttpRequest) -> HttpResponse:
        """Four tables, each with a drawing of what may be claimed."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        counted = rates()
        tables = [
            (heading, rows[:SHOWN], max(0, len(rows) - SHOWN), _drawing(heading, rows[:SHOWN]))
            for heading, rows in counted
        ]
        return self.page(
            request, "admin/treatments/case/rates.html", title="Reaction rates", tables=tables, any=any(counted[0][1])
        )

    def rates_file(self, request: HttpRequest) -> HttpResponse:
        """The tables for a spreadsheet; no client is in them."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        lines = (
            [heading, row.words, row.sessions, row.clients, row.reacted, row.grave, row.share]
            for heading, rows in rates()
            for row in rows
        )
        return csv_file("reaction-rates", COLUMNS, lines)


def _drawing(heading: str, rows: list[Rate]) -> dict[str, Any] | None:
    """The shares of which something may be claimed, on a scale that holds the widest interval."""
    claimed = [(row, row.interval) for row in rows if row.interval]
    most = next(most for most in SCALES if all(found.high <= most for _row, found in claimed))
    bars = [
        Bar(
            f"{row.words} ({row.sessions} sessions)",
            [Mark(row.reacted / row.sessions, *found)],
            f"{row.words}: {row.share}",
        )
        for row, found in claimed
    ]
    ends = ("0 %", f"{percent(most / 2)} %", f"{percent(most)} %")
    key = f"rates-{slugify(heading)}"
    return drawing_of(key, f"Sessions with a reaction, by {heading.lower()}", Scale(0, most, ends), bars)
