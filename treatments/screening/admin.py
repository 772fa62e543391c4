"""Screenings: the list, the review, and a page for each decision."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Case, QuerySet, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from clients.records.models import Client
from portal.adminsite.ids import id_from
from portal.adminsite.options import ClinicModelAdmin, badge, choices_display
from portal.practice.middleware import acting
from portal.security.refusals import Refused
from treatments.products.terms import Zone
from treatments.screening import services
from treatments.screening.forms.staff import AcceptForm, DeferForm, RefuseForm, SendForm, suggested_day
from treatments.screening.guidance import OUTCOME_BADGES, STATE_BADGES, answer_lines, in_print, reason_lines
from treatments.screening.models import Screening
from treatments.screening.questionnaire import read
from treatments.screening.terms import Outcome, State


@admin.register(Screening)
class ScreeningAdmin(ClinicModelAdmin):
    """What needs a review comes first; opening a row opens its review."""

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
        return badge(OUTCOME_BADGES[screening.outcome], screening.get_outcome_display()) if screening.outcome else ""

    @admin.display(description="may go ahead from", ordering="defer_until")
    def may_go_ahead_from(self, screening: Screening) -> date | None:
        """The day from which treatment may go ahead."""
        return screening.defer_until

    def get_urls(self) -> list[URLPattern]:
        """Django's addresses, and a page for each change of state."""
        pages = {
            "review": self.review_page,
            "resend": self.resend_page,
            "withdraw": self.withdraw_page,
            "accept": self.accept_page,
            "defer": self.defer_page,
            "refuse": self.refuse_page,
        }
        own = [path("send/", self.admin_site.admin_view(self.send_page), name="treatments_screening_send")]
        own += [
            path(f"<int:object_id>/{verb}/", self.admin_site.admin_view(page), name=f"treatments_screening_{verb}")
            for verb, page in pages.items()
        ]
        return [*own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The review takes its place."""
        own = self.get_own(request, object_id)
        return redirect("admin:treatments_screening_review", own.pk)

    def send_page(self, request: HttpRequest) -> HttpResponse:
        """Send a form to one client, or say why it cannot be sent and what to do."""
        if not request.user.has_perm("treatments.send_screening"):
            raise PermissionDenied
        wanted = request.GET.get("client", "")
        if not wanted:
            messages.info(request, "Choose the client first, then “Send screening form”.")
            return redirect("admin:clients_client_changelist")
        client = Client.objects.filter(pk=id_from(wanted) or 0).first()
        if client is None:
            raise Http404
        form = SendForm(request.POST if request.method == "POST" else None)
        if form.is_valid() and self._send(request, client, form):
            return redirect("client_page", client.pk)
        return self.page(
            request,
            "admin/treatments/screening/send.html",
            title="Send a screening form",
            button="Send the form",
            back_url=reverse("client_page", args=[client.pk]),
            client=client,
            form=form,
            out=Screening.objects.filter(client=client).awaiting_client().first(),
        )

    def _send(self, request: HttpRequest, client: Client, form: SendForm) -> bool:
        try:
            services.send_screening(client=client, **form.cleaned_data, by=acting(request), at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return False
        messages.success(request, f"The form is on its way to {client.email}.")
        return True

    def review_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Everything that a decision needs, on one page."""
        if not request.user.has_perm("treatments.view_screening"):
            raise PermissionDenied
        screening = self.get_own(request, object_id)
        return self.page(
            request,
            "admin/treatments/screening/review.html",
            title=f"Screening of {screening.client}",
            object=screening,
            areas=choices_display(Zone, screening.areas),
            badge=STATE_BADGES[screening.state],
            is_out=screening.state == State.SENT,
            review=_review(request, screening) if screening.answers else None,
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Screening]:
        """With the client and whoever acted, which every page shows."""
        return super().get_queryset(request).select_related("client", "clinic", "requested_by", "decided_by")

    def resend_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Send the same form again."""

        def act(request: HttpRequest, screening: Screening, _said: dict[str, Any]) -> str:
            services.resend_screening(screening=screening, by=acting(request), at=timezone.now())
            return f"The form is on its way to {screening.client.email} again."

        return self._desk_page(
            request,
            object_id,
            act,
            title="Send the form again",
            button="Send again",
            permission="treatments.send_screening",
            lead="The client gets another email with a link to the same form.",
        )

    def withdraw_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Close a form that is out."""

        def act(request: HttpRequest, screening: Screening, _said: dict[str, Any]) -> str:
            services.withdraw_screening(screening=screening, by=acting(request), at=timezone.now())
            return "The form is withdrawn. Its link does not open any more."

        return self._desk_page(
            request,
            object_id,
            act,
            title="Withdraw the form",
            button="Withdraw",
            permission="treatments.withdraw_screening",
            lead="The link in the client's email stops working. An email that has not left yet is held back.",
            danger=True,
        )

    def accept_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Accept the client for treatment."""

        def act(request: HttpRequest, screening: Screening, said: dict[str, Any]) -> str:
            services.accept_screening(screening=screening, **said, by=acting(request), at=timezone.now())
            return f"{screening.client} is accepted for treatment."

        return self._decision_page(
            request,
            object_id,
            act,
            title="Accept for treatment",
            button="Accept",
            form_class=AcceptForm,
            lead="The screening then holds for 184 days. It is asked again before every session.",
        )

    def defer_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Wait until a day."""

        def act(request: HttpRequest, screening: Screening, said: dict[str, Any]) -> str:
            services.defer_screening(screening=screening, **said, by=acting(request), at=timezone.now())
            return f"{screening.client} waits until {said['until']:%-d %b %Y}. Decide again from that day."

        screening = self.get_own(request, object_id)
        day = suggested_day(screening.defer_until, screening.local_day(timezone.now()))
        return self._decision_page(
            request,
            object_id,
            act,
            title="Wait before treating",
            button="Wait until this day",
            form_class=DeferForm,
            form_kwargs={"initial": {"until": day}},
            lead="No session can start until you have decided again. The client is not told from here.",
        )

    def refuse_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Decide against treatment."""

        def act(request: HttpRequest, screening: Screening, said: dict[str, Any]) -> str:
            services.refuse_screening(screening=screening, **said, by=acting(request), at=timezone.now())
            return f"{screening.client} is not to be treated on this screening."

        return self._decision_page(
            request,
            object_id,
            act,
            title="Not suitable",
            button="Refuse",
            form_class=RefuseForm,
            danger=True,
            lead="No session can start. The client is not told from here: please speak with them.",
        )

    def _desk_page(self, request: HttpRequest, object_id: int, act: Any, **page: Any) -> HttpResponse:
        """A page that the front desk may use too: it shows no answers, and leads back to the client."""
        client_id = self.get_own(request, object_id).client_id
        back = reverse("client_page", args=[client_id])
        return self.action_page(
            request, object_id, act=act, form_class=forms.Form, done=lambda _: back, back_url=back, **page
        )

    def _decision_page(self, request: HttpRequest, object_id: int, act: Any, **page: Any) -> HttpResponse:
        back = reverse("admin:treatments_screening_review", args=[object_id])
        return self.action_page(
            request,
            object_id,
            act=act,
            permission="treatments.decide_screening",
            done=lambda _: back,
            back_url=back,
            **page,
        )


def _review(request: HttpRequest, screening: Screening) -> dict[str, object]:
    """What the rules say: today while it can still be decided, else what the decision was taken on."""
    undecided = screening.state in services.OPEN_TO_DECISION
    questionnaire = read(screening.questionnaire)
    assessment = screening.assess(on=screening.local_day(timezone.now())) if undecided else screening.kept_assessment
    may_decide = undecided and request.user.has_perm("treatments.decide_screening")
    return {
        "outcome": assessment.outcome.label,
        "badge": OUTCOME_BADGES[assessment.outcome],
        "defer_until": assessment.defer_until,
        "was": screening.get_outcome_display() if assessment.outcome != screening.outcome else "",
        "reasons": reason_lines(questionnaire, assessment),
        "notes": assessment.notes,
        "answers": answer_lines(questionnaire, screening.answers or {}),
        "attribution": in_print(questionnaire.attribution),
        "version": questionnaire.version,
        "other_birth": screening.birth_given if screening.birth_given != screening.client.date_of_birth else None,
        "may_decide": may_decide,
        "may_accept": may_decide and assessment.outcome in (Outcome.SUITABLE, Outcome.REVIEW),
    }
