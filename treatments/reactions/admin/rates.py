"""Reaction rates: a page with four tables, and the same as a file."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from portal.adminsite.options import ClinicModelAdmin
from portal.adminsite.spreadsheet import csv_file
from treatments.reactions.services import rates

COLUMNS = ("by", "which", "sessions", "clients", "followed by a reaction", "of grade 3 or 4", "share (95 % interval)")
SHOWN = 50  # of one table; the file has all


class RatePages(ClinicModelAdmin):
    """How often sessions were followed by a reaction."""

    def rates_page(self, request: HttpRequest) -> HttpResponse:
        """Four tables."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        tables = [(heading, rows[:SHOWN], max(0, len(rows) - SHOWN)) for heading, rows in rates()]
        return self.page(
            request, "admin/treatments/case/rates.html", title="Reaction rates", tables=tables, any=any(tables[0][1])
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
