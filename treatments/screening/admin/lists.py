"""The list: what needs a review comes first."""

from datetime import date
from typing import Any

from django.contrib import admin
from django.db.models import Case, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from portal.adminsite.options import ClinicModelAdmin, badge
from treatments.screening.guidance import OUTCOME_BADGES, STATE_BADGES, SUITABLE_SO_FAR
from treatments.screening.models import Screening
from treatments.screening.terms import State


class ScreeningList(ClinicModelAdmin):
    """Opening a row opens its review."""

    empty_words = "No screenings here yet. Open a client and choose “Send screening form”."
    list_display = ("client", "state_badge", "sent_on", "filled_in_on", "outcome_badge", "may_go_ahead_from")
    list_filter = ("state", "outcome")
    list_select_related = ("client",)
    search_fields = ("client__first_name", "client__last_name", "client__preferred_name")
    search_help_text = "Client's name"

    def get_ordering(self, request: HttpRequest) -> Any:
        """To review, then the newest."""
        waiting = Case(When(state=State.SUBMITTED, then=Value(0)), default=Value(1))
        return [waiting.asc(), "-requested_at", "-id"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Screening]:
        """With the client and whoever acted, which every page shows."""
        return super().get_queryset(request).select_related("client", "clinic", "requested_by", "decided_by")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The review takes its place."""
        own = self.get_own(request, object_id)
        return redirect("admin:treatments_screening_review", own.pk)

    @admin.display(description="state", ordering="state")
    def state_badge(self, screening: Screening) -> str:
        """The state, in its colour."""
        return badge(STATE_BADGES[screening.state], screening.get_state_display())

    @admin.display(description="sent", ordering="requested_at")
    def sent_on(self, screening: Screening) -> date:
        """The day it was sent; its page says the hour."""
        return timezone.localdate(screening.requested_at)

    @admin.display(description="filled in", ordering="submitted_at")
    def filled_in_on(self, screening: Screening) -> date | None:
        """The day it was filled in."""
        return timezone.localdate(screening.submitted_at) if screening.submitted_at else None

    @admin.display(description="outcome", ordering="outcome")
    def outcome_badge(self, screening: Screening) -> str:
        """What the rules made of it, in its colour."""
        if screening.suitable_so_far:
            return badge("ok", SUITABLE_SO_FAR)
        return badge(OUTCOME_BADGES[screening.outcome], screening.get_outcome_display()) if screening.outcome else ""

    @admin.display(description="eligible from", ordering="defer_until")
    def may_go_ahead_from(self, screening: Screening) -> date | None:
        """The day from which treatment may go ahead."""
        return screening.defer_until
