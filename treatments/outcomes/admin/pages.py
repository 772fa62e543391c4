"""The clinic's outcomes; rating what two photographs show; and the ratings so far."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from portal.adminsite.forms import add_refusal
from portal.adminsite.ids import id_from
from portal.adminsite.options import ClinicModelAdmin
from portal.practice.middleware import acting
from portal.security.refusals import Refused
from treatments.outcomes import services
from treatments.outcomes.admin.overview import OverviewPages
from treatments.outcomes.forms import RateForm
from treatments.outcomes.models import Rating
from treatments.photos.admin.cures import why_hidden
from treatments.photos.models import Photograph


@admin.register(Rating)
class RatingAdmin(OverviewPages, ClinicModelAdmin):
    """What practitioners saw, the newest first. Nothing of it is ever changed."""

    empty_words = "No ratings yet. Compare a photograph from before with one from a follow-up to rate the results."
    list_display = ("rated_at", "client", "goal", "judged", "rated_by")
    list_filter = ("goal", "judged", "rated_at")
    search_fields = ("client__first_name", "client__last_name", "client__preferred_name")
    search_help_text = "Client's name"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Rating]:
        """With the people, which every page asks for."""
        people = super().get_queryset(request).select_related("client", "session", "rated_by")
        return people.select_related("before__session", "after__session")

    def get_urls(self) -> list[URLPattern]:
        """Django's addresses, and the clinic's outcomes."""
        wrap = self.admin_site.admin_view
        own = [
            path("outcomes/", wrap(self.outcomes_page), name="treatments_outcomes"),
            path("outcomes/csv/", wrap(self.outcomes_file), name="treatments_outcomes_file"),
        ]
        return [*own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """One rating, to read, beside what it was made on."""
        rating: Rating = self.get_own(request, object_id)
        if not self.has_view_permission(request, rating):
            raise PermissionDenied
        hidden = why_hidden(rating.client, acting(request))
        return self.page(
            request,
            "admin/treatments/rating/page.html",
            title=f"Rating of {rating.client}",
            object=rating,
            hidden=hidden,
            shown=[] if hidden else [one for one in (rating.before, rating.after) if not one.removed_at],
        )

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Rate the two photographs that ?before= and ?after= name."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        asked = [request.GET.get(name, "") for name in ("before", "after")]
        if not all(asked):
            messages.info(request, "Compare a photograph from before with one from a follow-up first.")
            return redirect("admin:treatments_photograph_changelist")
        photographs = Photograph.objects.select_related("client", "session__plan", "session__client")
        before, after = (get_object_or_404(photographs, pk=id_from(one)) for one in asked)
        form = RateForm(request.POST if request.method == "POST" else None, goals=services.goals_of(after.session))
        hidden, unfit = why_hidden(after.client, acting(request)), _unfit(before, after)
        if form.is_valid() and not hidden:
            try:
                services.rate_photographs(
                    before=before, after=after, judged=form.cleaned_data, by=acting(request), at=timezone.now()
                )
            except Refused as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, f"The results of {after.session} are rated.")
                return redirect("admin:treatments_session_change", after.session_id)
        return self.page(
            request,
            "admin/treatments/rating/rate.html",
            title=f"Rate the results: session {after.session.number} of {after.client}",
            form=form,
            hidden=hidden,
            unfit=unfit,
            shown=[before, after],
            client=after.client,
            button="Save the rating",
            back_url=reverse("admin:clients_client_photographs", args=[after.client_id]),
        )


def _unfit(before: Photograph, after: Photograph) -> str:
    """Why these two cannot be rated, "" when they can."""
    why = services.why_not_matched(before, after)
    return why or ("" if services.goals_of(after.session) else str(services.NoGoals()))
