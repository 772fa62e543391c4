"""The pages of a recall: a lot, every session and client it touched, its quarantine, and the report."""

import csv
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from portal.adminsite.forms import add_refusal
from portal.adminsite.options import ClinicModelAdmin
from portal.practice.middleware import acting, clinic_of
from portal.security.refusals import Refused
from treatments.products.admin.lots import badges_of
from treatments.products.forms import RecallForm
from treatments.products.models import Lot
from treatments.products.services import LotUnclear
from treatments.sessions.services import recall_lot, recalled, take_report, touched_by
from treatments.sessions.services.recalls import Line, Recalled

RECALLS = "treatments.recall_session"
SHOWN = 200
LONGEST = 200  # characters of a scanned code


class RecallPages(ClinicModelAdmin):
    """Enter a lot, see whom it touched, quarantine it."""

    def recall_page(self, request: HttpRequest) -> HttpResponse:
        """GET shows the lot's sessions; POST quarantines it and shows them again."""
        lot, problem = self._asked(request)
        form = None
        if lot:
            said = {"number": lot.number, "gtin": lot.gtin}
            form = RecallForm(request.POST if request.method == "POST" else None, **said)
        if lot and form and request.method == "POST" and form.is_valid():
            try:
                aside = recall_lot(lot=lot, by=acting(request), at=timezone.now(), **form.cleaned_data)
            except Refused as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, f"{aside} is quarantined: nobody can complete a session with it any more.")
                return redirect(f"{request.path}?{urlencode({'lot': request.GET['lot']})}")
        shown = self._touched(lot, request.GET["lot"]) if lot else {}
        title = f"Recall of lot {lot.number}" if lot else "Recall a lot"
        asked = {"asked": request.GET.get("lot", ""), "problem": problem, "lot": lot, "form": form}
        return self.page(request, "admin/treatments/session/recall.html", title=title, **asked, **shown)

    def report_page(self, request: HttpRequest) -> HttpResponse:
        """The sessions as a file for a spreadsheet. It leaves the portal, so it is asked for by a button."""
        if request.method != "POST":
            if not request.user.has_perm(RECALLS):
                raise PermissionDenied
            return HttpResponseNotAllowed(["POST"])
        lot, _problem = self._asked(request)
        if lot is None:
            return redirect("admin:treatments_session_recall")
        lines = take_report(lot=lot, clinic=clinic_of(request), by=acting(request), at=timezone.now())
        answer = HttpResponse(content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = 'attachment; filename="recall.csv"'
        answer.write("\ufeff")  # without it a spreadsheet takes the names for another alphabet
        writer = csv.writer(answer)
        writer.writerow(name.replace("_", " ") for name in Line._fields)
        writer.writerows([harmless(value) for value in line] for line in lines)
        return answer

    def _asked(self, request: HttpRequest) -> tuple[Recalled | None, str]:
        """The lot in the address, or what is wrong with it. Raises PermissionDenied."""
        if not request.user.has_perm(RECALLS):
            raise PermissionDenied
        text = request.GET.get("lot", "").replace("\0", "").strip()[:LONGEST]
        if not text:
            return None, ""
        try:
            return recalled(text, on=timezone.localdate()), ""
        except LotUnclear as unclear:
            return None, str(unclear)

    def _touched(self, lot: Recalled, asked: str) -> dict[str, Any]:
        """The sessions, how many they and their clients are, and the lots on the list with that number."""
        touched, listed = touched_by(lot), Lot.objects.cartridges().numbered(lot.number).select_related("product")
        return {
            "sessions": touched[:SHOWN],
            "session_count": touched.count(),
            "client_count": touched.order_by().values("client").distinct().count(),
            "listed": [(row, badges_of(row)) for row in listed],
            "report_url": f"{reverse('admin:treatments_session_report')}?{urlencode({'lot': asked})}",
        }


def harmless(value: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{value}" if value[:1] in {"=", "+", "-", "@", "\t", "\r"} else value
