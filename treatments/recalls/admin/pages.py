"""Recalls: the list, one case with its clients, and a page for each step: wording, sending, noting, closing."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html

from portal.adminsite.options import badge
from portal.practice.middleware import acting
from portal.practice.terms import Language
from treatments.recalls import services
from treatments.recalls.admin.finding import FindPages
from treatments.recalls.admin.reports import ReportPages
from treatments.recalls.forms import CloseForm, SendForm, WordingForm
from treatments.recalls.models import Recall
from treatments.recalls.services import Told
from treatments.recalls.terms import Standing

BADGES: dict[str, str] = {
    Standing.ACKNOWLEDGED: "ok",
    Standing.REACHED: "ok",
    Standing.TOLD: "info",
    Standing.ON_ITS_WAY: "info",
    Standing.READY: "warn",
    Standing.TO_CALL: "bad",
}
UNSIGNED = (
    "No clinician has signed off these words: read them, and follow the maker’s notice. A greeting, the link, your "
    "clinic’s name and telephone are added. The subject is “Please read: an important message from your clinic”, and "
    "says nothing of a treatment."
)
SAFETY = (
    "They keep no sending hours, and go to clients who turned other emails off too: this is safety information. Each "
    "carries a link on which the client says that they have read it. What you read here cannot be changed afterwards."
)
# On the page those first who need a person.
FIRST = {standing: place for place, standing in enumerate([Standing.TO_CALL, Standing.READY, Standing.ON_ITS_WAY])}


@admin.register(Recall)
class RecallAdmin(FindPages, ReportPages):
    """Lots that were called back, and how far word has come."""

    empty_words = "No recalls yet. “Recall a lot” finds every session that a lot touched."
    list_display = ("name", "opened_at", "standing")
    list_display_links = None
    search_fields = ("number", "lot__product__name", "reference")
    search_help_text = "Lot number, product or the maker’s notice"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Recall]:
        """With the lot and the people, which every page asks for."""
        return super().get_queryset(request).select_related("clinic", "lot__product", "opened_by", "closed_by")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A recall begins on the page that finds what the lot touched."""
        return False

    @admin.display(description="recall", ordering="number")
    def name(self, recall: Recall) -> str:
        """The lot, as the way to its page."""
        return format_html('<a href="{}">{}</a>', self.page_of(recall), recall)

    @admin.display(description="standing", ordering="closed_at")
    def standing(self, recall: Recall) -> str:
        """Open or closed."""
        return badge("info", "Closed") if recall.closed_at else badge("warn", "Open")

    def get_urls(self) -> list[URLPattern]:
        """A page for each step."""
        wrap = self.admin_site.admin_view
        pages = {"word": self.word_page, "send": self.send_page, "close": self.close_page}
        own = [path(f"<int:object_id>/{verb}/", wrap(pages[verb]), name=f"treatments_recall_{verb}") for verb in pages]
        return [*own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The case: its facts, its buttons, and how far word has come with each client."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        recall: Recall = self.get_own(request, object_id)
        told = services.told_of(recall)
        return self.page(
            request,
            "admin/treatments/recall/page.html",
            title=str(recall),
            object=recall,
            badge=self.standing(recall),
            facts=services.facts_of(recall),
            buttons=self._buttons(request, recall, told),
            rows=[(one, badge(BADGES[one.standing], str(one.standing.label))) for one in by_need(told)],
            may_reach=recall.closed_at is None and request.user.has_perm("treatments.reach_recall"),
        )

    def _buttons(self, request: HttpRequest, recall: Recall, told: list[Told]) -> list[tuple[str, str, str]]:
        """What this person can do now: word, address, style."""
        if recall.closed_at:
            return []
        ready = any(one.standing == Standing.READY for one in told)
        left = any(one.notice.message_id for one in told)
        offered = [
            ("send", "Send the notices", "primary", ready),
            ("word", "Read and change the wording", "", not left),
            ("close", "Close the recall", "primary" if all(one.arrived for one in told) else "", True),
        ]
        return [
            (word, reverse(f"admin:treatments_recall_{verb}", args=[recall.pk]), style)
            for verb, word, style, now in offered
            if now and request.user.has_perm(f"treatments.{verb}_recall")
        ]

    def word_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """What clients are told, in each language that one of them reads."""

        def act(request: HttpRequest, recall: Recall, said: dict[str, Any]) -> str:
            services.change_texts(recall=recall, texts=said, by=acting(request), at=timezone.now())
            return "The wording is kept."

        recall: Recall = self.get_own(request, object_id)
        told = services.told_of(recall)
        read = {str(one.notice.client.language) for one in told}
        return self.action_page(
            request,
            object_id,
            title="What clients are told",
            button="Keep the wording",
            permission="treatments.word_recall",
            form_class=WordingForm,
            form_kwargs={"texts": recall.texts, "languages": ["en", *sorted(read - {"en"})]},
            act=act,
            why_not=why_no_wording,
            lead=UNSIGNED,
        )

    def send_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """The notices leave."""

        def act(request: HttpRequest, recall: Recall, _said: dict[str, Any]) -> str:
            sent = services.send_notices(recall=recall, by=acting(request), at=timezone.now())
            return f"{sent} notice{'s are' if sent != 1 else ' is'} on the way."

        recall: Recall = self.get_own(request, object_id)
        told = services.told_of(recall)
        ready = [str(one.notice.client.language) for one in told if one.standing == Standing.READY]
        return self.action_page(
            request,
            object_id,
            title="Send the notices",
            button="Send them now",
            permission="treatments.send_recall",
            form_class=SendForm,
            form_kwargs={"texts": recall.texts},
            act=act,
            why_not=lambda recall: why_nothing_to_send(recall, told),
            facts=[(Language(language).label, recall.texts.get(language, "")) for language in sorted(set(ready))],
            lead=f"{len(ready)} email{'s' if len(ready) != 1 else ''} to leave at once. {SAFETY}",
        )

    def close_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """The case ends, with its numbers."""

        def act(request: HttpRequest, recall: Recall, said: dict[str, Any]) -> str:
            note = said.get("note", "")
            tally = services.close_recall(recall=recall, note=note, by=acting(request), at=timezone.now())
            return f"The recall is closed. Not reached: {tally.not_reached} of {tally.touched} clients."

        recall: Recall = self.get_own(request, object_id)
        told = services.told_of(recall)
        not_reached = services.tally_of(told).not_reached
        return self.action_page(
            request,
            object_id,
            title="Close the recall",
            button="Close it",
            permission="treatments.close_recall",
            form_class=CloseForm,
            form_kwargs={"not_reached": not_reached},
            act=act,
            why_not=lambda recall: str(services.Closed()) if recall.closed_at else "",
            danger=bool(not_reached),
            facts=services.facts_of(recall),
            findings=[f"{one.notice.client}: {one.standing.label}" for one in by_need(told) if not one.arrived],
            lead="The numbers are kept as they are now, and nobody is noted afterwards. The lot stays in quarantine.",
        )


def by_need(told: list[Told]) -> list[Told]:
    """Those first who need a person; names in order."""
    return sorted(told, key=lambda one: FIRST.get(one.standing, len(FIRST)))


def why_no_wording(recall: Recall) -> str:
    """Why the wording stays as it is; "" while it can be changed."""
    if recall.closed_at:
        return str(services.Closed())
    return str(services.AlreadySent()) if recall.notices.filter(message__isnull=False).exists() else ""


def why_nothing_to_send(recall: Recall, told: list[Told]) -> str:
    """Why there is nothing to send; "" while there is."""
    if recall.closed_at:
        return str(services.Closed())
    return "" if any(one.standing == Standing.READY for one in told) else str(services.NothingToSend())
