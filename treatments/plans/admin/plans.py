"""Plans: the list, the form, the plan's page, and stopping."""

from io import BytesIO
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html

from clients.records.models import Client
from clients.records.terms import Goal
from portal.adminsite.forms import add_refusal
from portal.adminsite.ids import id_from
from portal.adminsite.kept import written
from portal.adminsite.options import ClinicModelAdmin, badge, choices_display
from portal.practice.middleware import acting
from portal.security.refusals import Refused
from treatments.plans.admin.beginning import begins, chosen_protocol
from treatments.plans.admin.series import series_of
from treatments.plans.admin.timeline import timeline_of
from treatments.plans.forms import PlanForm, StopForm, practitioners
from treatments.plans.forms.depths import usual_words
from treatments.plans.models import Plan
from treatments.plans.services import (
    agreed_among,
    beyond_what_holds,
    change_plan,
    make_handout,
    open_plan,
    redatings,
    said_of,
    stop_plan,
)
from treatments.plans.terms import Aftercare, State

BADGES: dict[str, str] = {State.DRAFTED: "info", State.ACTIVE: "ok", State.COMPLETED: "ok", State.STOPPED: "warn"}


class PractitionerFilter(admin.SimpleListFilter):
    """Plans by practitioner."""

    title = "practitioner"
    parameter_name = "practitioner"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Who treats here."""
        return [(str(member.pk), str(member)) for member in practitioners()]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        """The rows of the chosen person."""
        chosen = id_from(self.value() or "")
        return queryset.filter(practitioner_id=chosen) if chosen else queryset


class AgreedFilter(admin.SimpleListFilter):
    """Drafted plans, by whether the client has agreed: that is read from the consents, never stored."""

    title = "drafted plan"
    parameter_name = "agreed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Agreed or not."""
        return [("yes", "Agreed"), ("no", "Not agreed yet")]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        """The drafted ones that are so."""
        if self.value() not in {"yes", "no"}:
            return queryset
        drafted = queryset.filter(state=State.DRAFTED)
        agreed = agreed_among(Plan.objects.filter(state=State.DRAFTED))
        return drafted.filter(pk__in=agreed) if self.value() == "yes" else drafted.exclude(pk__in=agreed)


@admin.register(Plan)
class PlanAdmin(ClinicModelAdmin):
    """What is intended for each client."""

    gives_back = frozenset({"add_view"})
    empty_words = "No plans yet. Open a client's page and choose “Make a plan”."
    search_fields = ("client__first_name", "client__last_name", "client__preferred_name", "client__email")
    search_help_text = "Client’s name or email"
    list_display = ("client_name", "state_badge", "progress", "practitioner", "device_kind", "opened")
    list_display_links = None
    list_filter = ("state", AgreedFilter, PractitionerFilter, "device_kind")

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Plan]":
        """The clinic's plans with what their lines show."""
        plans = Plan.objects.with_progress().select_related("client", "practitioner__user", "clinic", "protocol")
        # Grouping drops the table's own order, and pages of an unordered list may repeat rows.
        return plans.order_by("-created_at", "-id")

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The list, of which each row knows whether its client has agreed."""
        found = super().get_changelist_instance(request)
        agreed = agreed_among([plan for plan in found.result_list if plan.state == State.DRAFTED])
        for plan in found.result_list:
            plan.agreed = plan.pk in agreed
        return found

    @admin.display(description="client", ordering="client__last_name")
    def client_name(self, plan: Plan) -> str:
        """The client, as the way to the plan."""
        return format_html('<a href="{}">{}</a>', reverse("admin:treatments_plan_change", args=[plan.pk]), plan.client)

    @admin.display(description="state", ordering="state")
    def state_badge(self, plan: Any) -> str:
        """Where the plan is."""
        return standing_badge(plan, plan.agreed)

    @admin.display(description="sessions")
    def progress(self, plan: Any) -> str:
        """Done of planned."""
        return f"{plan.sessions_done} of {plan.sessions_planned}"

    @admin.display(description="opened", ordering="created_at")
    def opened(self, plan: Plan) -> Any:
        """The day it was made."""
        return timezone.localdate(plan.created_at)

    def get_urls(self) -> list[URLPattern]:
        """Django's addresses, and the pages to edit and to stop."""
        own = [
            path("<int:object_id>/edit/", self.admin_site.admin_view(self.edit_page), name="treatments_plan_edit"),
            path("<int:object_id>/paper/", self.admin_site.admin_view(self.paper_page), name="treatments_plan_paper"),
            path("<int:object_id>/stop/", self.admin_site.admin_view(self.stop_page), name="treatments_plan_stop"),
        ]
        return [*own, *super().get_urls()]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Make a plan for the client that ?client= names."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        chosen = request.GET.get("client", "")
        if not chosen:
            messages.info(request, "Choose the client first, then “Make a plan” on the client’s page.")
            return redirect("admin:clients_client_changelist")
        client = get_object_or_404(Client.objects.current(), pk=id_from(chosen))
        protocol = chosen_protocol(request)
        form = PlanForm(written(request), protocol=protocol, initial=self._suggested(request, client))
        if request.method == "POST" and form.is_valid():
            began: dict[str, Any] = {"indication": protocol.indication} if protocol else {}
            try:
                plan = open_plan(client=client, by=acting(request), at=timezone.now(), **began, **form.cleaned_data)
            except Refused as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, "The plan is saved. The client’s page says what comes next.")
                return redirect("admin:treatments_plan_change", plan.pk)
        back = reverse("client_page", args=[client.pk])
        return self._form_page(
            request, form, f"Make a plan for {client}", client, back, protocols=begins(client, protocol), began=protocol
        )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The plan's page: what is intended, how far it is, what can be done now."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        plan = self.get_own(request, object_id)
        return self.page(
            request,
            "admin/treatments/plan/page.html",
            title=f"Plan for {plan.client}",
            object=plan,
            badge=standing_badge(plan, plan.pk in agreed_among([plan])),
            facts=self._facts(plan),
            aftercare=[Aftercare(one).label for one in plan.aftercare],
            zones=[(row, usual_words(row.zone, plan.ranges)) for row in plan.zones.order_by("pk")],
            series=series_of(plan, timezone.localdate()),
            redatings=redatings(plan),
            timeline=timeline_of(plan, timezone.localdate()),
            may_edit=plan.is_running and self.has_change_permission(request),
            may_book=plan.is_running and request.user.has_perm("treatments.add_session"),
        )

    def edit_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Change the facts of a plan that is still running."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        plan = self.get_own(request, object_id)
        form = PlanForm(written(request), instance=plan, initial={"practitioner": plan.practitioner_id})
        if request.method == "POST" and form.is_valid():
            began = timezone.now()
            try:
                change_plan(plan=plan, by=acting(request), at=began, **form.cleaned_data)
            except Refused as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, f"The plan is changed. {said_of(plan, began)}".strip())
                for words in beyond_what_holds(plan, timezone.localdate()):
                    messages.warning(request, words)
                return redirect("admin:treatments_plan_change", plan.pk)
        back = reverse("admin:treatments_plan_change", args=[object_id])
        return self._form_page(request, form, f"Change the plan for {plan.client}", plan.client, back)

    def paper_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """The plan as one page to take home, in the client's language."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        plan = self.get_own(request, object_id)
        paper = BytesIO(make_handout(plan, timezone.localdate()))
        return FileResponse(paper, as_attachment=True, filename=f"plan-{plan.pk}.pdf", content_type="application/pdf")  # type: ignore[return-value]

    def stop_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """End a plan early, with the reason."""

        def act(request: HttpRequest, plan: Plan, said: dict[str, Any]) -> str:
            stop_plan(plan=plan, reason=said["reason"], by=acting(request), at=timezone.now())
            return "The plan is stopped."

        return self.action_page(
            request,
            object_id,
            title="Stop the plan",
            button="Stop the plan",
            permission="treatments.stop_plan",
            form_class=StopForm,
            act=act,
            danger=True,
            lead="No further session can be booked. What was done is kept. A stopped plan cannot be taken up again.",
        )

    def _form_page(
        self, request: HttpRequest, form: PlanForm, title: str, client: Client, back: str, **began: Any
    ) -> HttpResponse:
        return self.page(
            request,
            "admin/treatments/plan/form.html",
            title=title,
            form=form,
            button="Save the plan",
            back_url=back,
            client=client,
            **began,
        )

    def _suggested(self, request: HttpRequest, client: Client) -> dict[str, Any]:
        """What the form starts with: the client's goals, and oneself when one treats."""
        return {"goals": client.goals, "practitioner": acting(request).membership}

    def _facts(self, plan: Plan) -> list[tuple[str, str]]:
        facts = [
            ("Goals", choices_display(Goal, plan.goals)),
            ("Practitioner", str(plan.practitioner)),
            ("Device", plan.get_device_kind_display()),
            ("Numbing cream", "Planned" if plan.topical_anaesthetic else "Not planned"),
            ("Sessions", f"{plan.sessions_planned}, {plan.interval_days} days apart{soonest(plan)}"),
            ("Passes", plan.passes),
            ("Endpoint", plan.endpoint),
            ("Price", plan.price_note),
            ("Notes", plan.notes),
            ("Why it was stopped", plan.stop_reason),
        ]
        return [(label, value) for label, value in facts if value]


def standing_badge(plan: Plan, agreed: bool) -> str:
    """Where a plan is; one that is drafted is agreed while the client's consent to it is in force."""
    if plan.state == State.DRAFTED and agreed:
        return badge("ok", "Agreed")
    return badge(BADGES[plan.state], plan.get_state_display())


def soonest(plan: Plan) -> str:
    """The fewest days, where they are not the recommended ones."""
    return f", at least {plan.least_days}" if plan.least_interval != plan.interval_days else ""
