"""Reaction rates: a page with four tables, and the same as a file."""

import csv

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from portal.adminsite.options import ClinicModelAdmin
from treatments.reactions.services import rates
from treatments.recalls.admin.finding import harmless

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
        answer = HttpResponse(content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = 'attachment; filename="reaction-rates.csv"'
        answer.write("\ufeff")  # without it a spreadsheet takes the names for another alphabet
        writer = csv.writer(answer)
        writer.writerow(COLUMNS)
        for heading, rows in rates():
            for row in rows:
                counts = (row.sessions, row.clients, row.reacted, row.grave)
                writer.writerow([heading, harmless(row.words), *counts, row.share])
        return answer
