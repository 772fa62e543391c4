"""Confirmations: send one again, or hand it over. Where they stand is on the session's page."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from clients.links.admin import HandsOver
from clients.links.terms import Purpose
from clients.messages.admin.seeing import seen_by
from clients.messages.models import Message
from portal.adminsite.options import badge
from portal.practice.middleware import acting
from treatments.confirmations.emails import REQUEST, how_asked
from treatments.confirmations.models import Confirmation
from treatments.confirmations.services import resend_confirmation
from treatments.confirmations.terms import State

BADGES: dict[str, str] = {State.ASKED: "warn", State.CONFIRMED: "ok", State.CHANGED: "warn", State.CLOSED: "info"}
SENDS = "treatments.send_confirmation"
READS = "treatments.view_screening"  # the page that is handed over shows the last answers


@admin.register(Confirmation)
class ConfirmationAdmin(HandsOver):
    """What clients said before their sessions."""

    empty_words = "No confirmations yet. The client is asked before each session that is booked."
    list_display = ("client", "state_badge", "booked_for", "answered_on")
    list_filter = ("state",)
    list_select_related = ("client", "session")
    search_fields = ("client__first_name", "client__last_name", "client__preferred_name")
    search_help_text = "Client's name"

    @admin.display(description="state", ordering="state")
    def state_badge(self, confirmation: Confirmation) -> str:
        """The state, in its colour."""
        asked = getattr(confirmation, "asked", None)
        return badge(BADGES[confirmation.state], asked.badge if asked else confirmation.get_state_display())

    @admin.display(description="session", ordering="session__scheduled_for")
    def booked_for(self, confirmation: Confirmation) -> datetime:
        """When the session is."""
        return confirmation.session.scheduled_for

    @admin.display(description="answered", ordering="answered_at")
    def answered_on(self, confirmation: Confirmation) -> date | None:
        """The day of the answer."""
        return timezone.localdate(confirmation.answered_at) if confirmation.answered_at else None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Confirmation]:
        """With the client and the session, which every page shows."""
        return super().get_queryset(request).select_related("client", "session", "clinic")

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The page of the list; of those that wait for the client, how far the question has come."""
        page = super().get_changelist_instance(request)
        waiting = [row for row in page.result_list if row.state == State.ASKED]
        emails = Message.objects.filter(kind=REQUEST, client__in={row.client_id for row in waiting})
        seen = list(seen_by(request.user, emails))
        for row in waiting:
            row.asked = how_asked(row, seen, timezone.now())
        return page

    def get_urls(self) -> list[URLPattern]:
        """Django's addresses, and a page for each way to ask."""
        wrap = self.admin_site.admin_view
        return [
            path("<int:object_id>/resend/", wrap(self.resend_page), name="treatments_confirmation_resend"),
            path("<int:object_id>/hand-over/", wrap(self.hand_over_page), name="treatments_confirmation_hand_over"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The session's page takes its place."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return redirect(_session_page(self.get_own(request, object_id)))

    def resend_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Send the same question now: again, or before its time."""

        def act(request: HttpRequest, confirmation: Confirmation, _said: dict[str, Any]) -> str:
            resend_confirmation(confirmation=confirmation, by=acting(request), at=timezone.now())
            return f"The email is on its way to {confirmation.client.email}."

        if not request.user.has_perm(SENDS):
            raise PermissionDenied
        back = _session_page(self.get_own(request, object_id))
        return self.action_page(
            request,
            object_id,
            act=act,
            form_class=forms.Form,
            title="Send the confirmation now",
            button="Send now",
            permission=SENDS,
            done=back,
            back_url=back,
            lead="The client gets an email at once with a link to their last answers. "
            "One that has not left yet is withdrawn. "
            "If it is too early for the answer to count, they are asked again two days before.",
        )

    def hand_over_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """A link to copy, a code to scan, or this tablet; for those who may read the answers that it shows."""
        confirmation = self.get_own(request, object_id)
        return self.hand_over(
            request,
            client=confirmation.client,
            purpose=Purpose.CONFIRMATION,
            subject_id=confirmation.pk,
            path=lambda token: reverse("confirmations:confirm", args=[token]),
            permission=READS,
            title="Hand over the confirmation",
            back_url=_session_page(confirmation),
        )


def _session_page(confirmation: Confirmation) -> str:
    return reverse("admin:treatments_session_change", args=[confirmation.session_id])
