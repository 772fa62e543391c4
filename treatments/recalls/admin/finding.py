"""Find what a lot touched: every session and client; the list as a file; and open a recall."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.http import urlencode

from portal.adminsite.forms import add_refusal
from portal.adminsite.options import ClinicModelAdmin
from portal.adminsite.spreadsheet import csv_file
from portal.practice.middleware import acting, clinic_of
from portal.security.refusals import Refused
from treatments.products.admin.lots import badges_of
from treatments.products.models import Lot
from treatments.products.services import LotUnclear
from treatments.products.terms import USED_ON_SKIN
from treatments.recalls.forms import OpenForm
from treatments.recalls.models import Recall
from treatments.recalls.services import open_recall
from treatments.sessions.services import recalled, take_report, touched_by
from treatments.sessions.services.recalls import Line, Recalled, kinds_of, used_as

RECALLS = "treatments.recall_session"
SHOWN = 200
LONGEST = 200  # characters of a scanned code


class FindPages(ClinicModelAdmin):
    """Enter a lot, see whom it touched, open its recall."""

    def get_urls(self) -> list[URLPattern]:
        """The page and its file."""
        view = self.admin_site.admin_view
        own = [
            path("find/", view(self.find_page), name="treatments_recall_find"),
            path("find/sessions/", view(self.sessions_file), name="treatments_recall_sessions"),
        ]
        return [*own, *super().get_urls()]

    def find_page(self, request: HttpRequest) -> HttpResponse:
        """GET shows the lot's sessions; POST quarantines it and opens its recall."""
        lot, problem = self._asked(request)
        form = None
        if lot:
            said: dict[str, Any] = {"number": lot.number, "gtin": lot.gtin, "used_as": kinds_of(lot)}
            form = OpenForm(request.POST if request.method == "POST" else None, **said)
        if lot and form and request.method == "POST" and form.is_valid():
            try:
                recall = open_recall(lot=lot, by=acting(request), at=timezone.now(), **form.cleaned_data)
            except Refused as refusal:
                add_refusal(form, refusal)
            else:
                aside = f"{recall.lot} is quarantined: nobody can complete a session with it any more."
                messages.success(request, f"{aside} Read the notice, then send it.")
                return redirect(self.page_of(recall))
        shown = self._touched(lot, request.GET["lot"]) if lot else {}
        title = f"Recall of lot {lot.number}" if lot else "Recall a lot"
        asked = {"asked": request.GET.get("lot", ""), "problem": problem, "lot": lot, "form": form}
        return self.page(request, "admin/treatments/recall/find.html", title=title, **asked, **shown)

    def sessions_file(self, request: HttpRequest) -> HttpResponse:
        """The sessions as a file for a spreadsheet. It leaves the portal, so it is asked for by a button."""
        if request.method != "POST":
            if not request.user.has_perm(RECALLS):
                raise PermissionDenied
            return HttpResponseNotAllowed(["POST"])
        lot, _problem = self._asked(request)
        if lot is None:
            return redirect("admin:treatments_recall_find")
        lines = take_report(lot=lot, clinic=clinic_of(request), by=acting(request), at=timezone.now())
        return csv_file("recall", (name.replace("_", " ") for name in Line._fields), lines)

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
        touched = touched_by(lot)
        listed = Lot.objects.filter(product__kind__in=USED_ON_SKIN).numbered(lot.number).select_related("product")
        return {
            "sessions": [(session, used_as(session, lot)) for session in touched[:SHOWN]],
            "session_count": touched.count(),
            "client_count": touched.order_by().values("client").distinct().count(),
            "listed": [(row, badges_of(row)) for row in listed],
            "recalls": Recall.objects.filter(lot__in=listed).select_related("lot__product"),
            "report_url": f"{reverse('admin:treatments_recall_sessions')}?{urlencode({'lot': asked})}",
        }
