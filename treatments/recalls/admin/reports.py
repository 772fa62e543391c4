"""A recall's report as a paper and as lines; and, for each client, that they were reached otherwise."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone

from portal.adminsite.forms import add_refusal
from portal.adminsite.options import ClinicModelAdmin
from portal.adminsite.spreadsheet import csv_file
from portal.practice.middleware import acting
from portal.security.refusals import Refused
from treatments.recalls.forms import ReachedForm
from treatments.recalls.models import Recall, RecallNotice
from treatments.recalls.services import Line, note_reached, take_lines, take_paper


class ReportPages(ClinicModelAdmin):
    """What leaves the portal is asked for by a button."""

    def get_urls(self) -> list[URLPattern]:
        """Two files, and the page of one client."""
        wrap = self.admin_site.admin_view
        own = [
            path("<int:object_id>/paper/", wrap(self.paper), name="treatments_recall_paper"),
            path("<int:object_id>/lines/", wrap(self.lines), name="treatments_recall_lines"),
            path("notice/<int:object_id>/reach/", wrap(self.reach_page), name="treatments_recallnotice_reach"),
        ]
        return [*own, *super().get_urls()]

    def paper(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """The report as a PDF."""
        recall = self._asked_for(request, object_id)
        if isinstance(recall, HttpResponse):
            return recall
        pdf = take_paper(recall=recall, by=acting(request), at=timezone.now())
        return _file(pdf, "application/pdf", f"recall-{recall.pk}.pdf")

    def lines(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """The report for a spreadsheet."""
        recall = self._asked_for(request, object_id)
        if isinstance(recall, HttpResponse):
            return recall
        lines = take_lines(recall=recall, by=acting(request), at=timezone.now())
        return csv_file(f"recall-{recall.pk}", (name.replace("_", " ") for name in Line._fields), lines)

    def _asked_for(self, request: HttpRequest, object_id: int) -> Recall | HttpResponse:
        """The own row on a POST. Raises PermissionDenied, Http404."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        recall: Recall = self.get_own(request, object_id)
        return recall if request.method == "POST" else HttpResponseNotAllowed(["POST"])

    def reach_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Note that a client was reached by telephone, letter or in person."""
        if not request.user.has_perm("treatments.reach_recall"):
            raise PermissionDenied
        notices = RecallNotice.objects.select_related("client", "recall__lot__product", "message")
        notice = get_object_or_404(notices, pk=object_id)
        form = ReachedForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            try:
                note_reached(notice=notice, by=acting(request), at=timezone.now(), **form.cleaned_data)
            except Refused as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, f"Noted: {notice.client} was reached.")
                return redirect(self.page_of(notice.recall))
        return self._reach_page(request, notice, form)

    def _reach_page(self, request: HttpRequest, notice: RecallNotice, form: ReachedForm) -> HttpResponse:
        client, recall = notice.client, notice.recall
        facts: list[tuple[str, Any]] = [
            ("Telephone", client.phone),
            ("Address", client.address),
            ("Email", client.email),
            ("Language", client.get_language_display()),
            ("What the notice says", recall.texts.get(client.language) or recall.texts.get("en", "")),
        ]
        return self.page(
            request,
            "admin/action_page.html",
            title=f"{client} was reached",
            form=form,
            button="Note it",
            object=recall,
            facts=[fact for fact in facts if fact[1]],
            lead=f"{recall}. Call or write; then note here how {client} was reached.",
            back_url=self.page_of(recall),
        )


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return HttpResponse(content, content_type=kind, headers=headers)
