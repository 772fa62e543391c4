"""Lots: the list, a lot's page, and a page for each change of its state."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join

from portal.adminsite.options import ClinicModelAdmin, badge
from portal.practice.middleware import acting
from treatments.products.forms import CountForm, LotForm, ReasonForm
from treatments.products.models import Lot
from treatments.products.services import RecallOpen, count_lot, finish_lot, is_recalled, quarantine_lot, release_lot
from treatments.products.terms import USED_ON_SKIN, Counting, LotState

SOON = timedelta(days=30)
BY_USE = "A session takes away what it used of it. Count again when the shelf says otherwise."
BY_HAND = "A pack serves several sessions: count again when one is opened or used up."
BADGES: dict[str, str] = {LotState.OPEN: "ok", LotState.QUARANTINED: "bad", LotState.FINISHED: "info"}


def badges_of(lot: Lot) -> str:
    """Where the lot is, and whether it has expired or soon will."""
    found = [(BADGES[lot.state], str(lot.get_state_display()))]
    left = lot.expires_on - timezone.localdate() if lot.expires_on and lot.state != LotState.FINISHED else None
    if left is not None and left <= SOON:
        found.append(("bad", "Expired") if left < timedelta() else ("warn", "Expires soon"))
    return format_html_join(" ", "{}", ((badge(kind, words),) for kind, words in found))


@admin.register(Lot)
class LotAdmin(ClinicModelAdmin):
    """What was delivered, until when it is good, and how many are left."""

    form = LotForm
    empty_words = "No lots yet. Add a product first, then each delivery’s lot number, expiry and count."
    list_display = ("name", "expires_on", "stock", "standing")
    list_display_links = None
    list_filter = ("state", "product__kind")
    list_select_related = ("product",)
    search_fields = ("number", "product__name", "product__maker")
    search_help_text = "Lot number, product or maker"
    ordering = ("expires_on", "number", "id")

    @admin.display(description="lot", ordering="number")
    def name(self, lot: Lot) -> str:
        """Product and number, as the way to its page."""
        return format_html('<a href="{}">{}</a>', self.page_of(lot), lot)

    @admin.display(description="standing", ordering="state")
    def standing(self, lot: Lot) -> str:
        """Where it is."""
        return badges_of(lot)

    def get_fields(self, request: HttpRequest, obj: Lot | None = None) -> tuple[str, ...]:
        """All of it for a new one; afterwards the expiry alone is a fact that may have been misread."""
        return ("expires_on",) if obj else ("number", "packet", "product", "expires_on", "stock")

    def get_urls(self) -> list[URLPattern]:
        """Django's addresses, the lot's page, and a page for each verb."""
        view = self.admin_site.admin_view
        own = [
            path("<int:object_id>/", view(self.lot_page), name="treatments_lot_page"),
            path("<int:object_id>/count/", view(self.count_page), name="treatments_lot_count"),
            path("<int:object_id>/finish/", view(self.finish_page), name="treatments_lot_finish"),
            path("<int:object_id>/quarantine/", view(self.quarantine_page), name="treatments_lot_quarantine"),
            path("<int:object_id>/release/", view(self.release_page), name="treatments_lot_release"),
        ]
        return [*own, *super().get_urls()]

    def page_of(self, obj: Any) -> str:
        """The lot's own page; the form is for a misread expiry."""
        return reverse("admin:treatments_lot_page", args=[obj.pk])

    def response_post_save_add(self, request: HttpRequest, obj: Lot) -> HttpResponseRedirect:
        """On to the lot's page."""
        return redirect(self.page_of(obj))

    def response_post_save_change(self, request: HttpRequest, obj: Lot) -> HttpResponseRedirect:
        """Back to the lot's page."""
        return redirect(self.page_of(obj))

    def lot_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """One lot: what it is, where it is, and what can be done with it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        lot = self.get_own(request, object_id)
        quarantined = f"{timezone.localtime(lot.quarantined_at):%-d %b %Y, %H:%M}" if lot.quarantined_at else ""
        facts = [
            ("Product", lot.product),
            ("Kind", lot.product.get_kind_display()),
            ("GTIN", lot.product.gtin),
            ("Expires", f"{lot.expires_on:%-d %b %Y}" if lot.expires_on else ""),
            ("Left", str(lot.stock)),
            ("Counted", (Counting.BY_USE if lot.product.counted_by_use else Counting.BY_HAND).label),
            ("Quarantined", f"{quarantined}, {lot.quarantined_by}" if quarantined else ""),
            ("Reason", lot.quarantine_reason),
            ("Notes", lot.notes),
        ]
        return self.page(
            request,
            "admin/treatments/lot/page.html",
            title=str(lot),
            object=lot,
            badges=badges_of(lot),
            facts=[(label, value) for label, value in facts if value],
            buttons=self._buttons(request, lot),
            may_change=self.has_change_permission(request),
            may_recall=lot.product.kind in USED_ON_SKIN and request.user.has_perm("treatments.recall_session"),
        )

    def _buttons(self, request: HttpRequest, lot: Lot) -> list[tuple[str, str, str]]:
        """What this person can do now: word, address, style."""
        offered = {
            LotState.OPEN: [
                ("count", "Count stock", "primary"),
                ("quarantine", "Quarantine", ""),
                ("finish", "Finish", ""),
            ],
            LotState.QUARANTINED: [("count", "Count stock", "primary"), ("release", "Release", "")],
            LotState.FINISHED: [("count", "Count stock", "primary"), ("quarantine", "Quarantine", "")],
        }[LotState(lot.state)]
        return [
            (word, reverse(f"admin:treatments_lot_{verb}", args=[lot.pk]), style)
            for verb, word, style in offered
            if request.user.has_perm(f"treatments.{verb}_lot")
        ]

    def count_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Write down how many are left."""

        def act(request: HttpRequest, lot: Lot, said: dict[str, Any]) -> str:
            count_lot(lot=lot, by=acting(request), at=timezone.now(), **said)
            return f"{lot.stock} left of lot {lot.number}."

        return self.action_page(
            request,
            object_id,
            title="Count stock",
            button="Save the count",
            permission="treatments.count_lot",
            form_class=CountForm,
            act=act,
            lead=BY_USE if self.get_own(request, object_id).product.counted_by_use else BY_HAND,
        )

    def finish_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Nothing of it is left."""

        def act(request: HttpRequest, lot: Lot, _said: dict[str, Any]) -> str:
            finish_lot(lot=lot, by=acting(request), at=timezone.now())
            return f"Lot {lot.number} is finished."

        return self.action_page(
            request,
            object_id,
            title="Finish a lot",
            button="Finish this lot",
            permission="treatments.finish_lot",
            form_class=forms.Form,
            act=act,
            lead="For a lot that is used up, or whose rest was thrown away: none are left then. Its sessions keep it.",
        )

    def quarantine_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Nobody may use it from now on."""

        def act(request: HttpRequest, lot: Lot, said: dict[str, Any]) -> str:
            quarantine_lot(lot=lot, by=acting(request), at=timezone.now(), **said)
            return f"Lot {lot.number} is quarantined. No session can be completed with it from now on."

        return self.action_page(
            request,
            object_id,
            title="Quarantine a lot",
            button="Quarantine this lot",
            permission="treatments.quarantine_lot",
            form_class=ReasonForm,
            act=act,
            danger=True,
            lead="No session that ends from now on can be completed with it. Put what is left where nobody takes it.",
        )

    def release_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """It may be used again."""

        def act(request: HttpRequest, lot: Lot, said: dict[str, Any]) -> str:
            release_lot(lot=lot, by=acting(request), at=timezone.now(), **said)
            return f"Lot {lot.number} may be used again."

        return self.action_page(
            request,
            object_id,
            title="Release a lot from quarantine",
            button="Release this lot",
            permission="treatments.release_lot",
            form_class=ReasonForm,
            act=act,
            why_not=lambda lot: str(RecallOpen()) if is_recalled(lot) else "",
            lead="Write who decided that it is safe, and on what grounds.",
        )
