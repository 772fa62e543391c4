"""Sessions: the list, a session's page, and a page for each change of its state."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html

from portal.adminsite.ids import id_from
from portal.adminsite.options import badge
from portal.practice.middleware import acting
from portal.security.refusals import Refused
from treatments.confirmations.services import ask_confirmation
from treatments.plans.admin import PractitionerFilter
from treatments.plans.models import Plan
from treatments.plans.services import said_of
from treatments.sessions.admin.charts import chart_of
from treatments.sessions.admin.corrections import CorrectionPages
from treatments.sessions.admin.doing import DoingPages
from treatments.sessions.admin.panels import panels_for
from treatments.sessions.admin.sheet import sheet_of, verbs_of, with_amendments
from treatments.sessions.admin.signing import RecordFilter, SigningPages
from treatments.sessions.admin.words import (
    SEES_CARE,
    SENDS,
    confirmation_of,
    facts_of,
    no_emails,
    suggested,
)
from treatments.sessions.forms import BookForm, CancelForm
from treatments.sessions.models import Session
from treatments.sessions.services import (
    NotStanding,
    book_session,
    cancel_session,
)
from treatments.sessions.terms import State

BADGES: dict[str, str] = {
    State.BOOKED: "info",
    State.IN_PROGRESS: "warn",
    State.COMPLETED: "ok",
    State.CANCELLED: "bad",
}


def why_not_cancelled(session: Session) -> str:
    """Why it cannot be taken off; "" when it can."""
    return "" if session.state in {State.BOOKED, State.IN_PROGRESS} else str(NotStanding())


NEEDS = {"materials": "complete"}  # the right that a page asks for, where it is not named after it


@admin.register(Session)
class SessionAdmin(SigningPages, DoingPages, CorrectionPages):
    """What is booked and what was done."""

    empty_words = "No sessions yet. Open a client's plan and choose “Book a session”."
    search_fields = ("client__first_name", "client__last_name", "client__preferred_name")
    search_help_text = "Client’s name, or cartridge lot for those who treat"
    list_display = ("client_name", "number", "scheduled_for", "practitioner", "state_badge")
    list_display_links = None
    list_filter = ("state", RecordFilter, "scheduled_for", PractitionerFilter)
    list_select_related = ("client", "practitioner__user")

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        """Names; cartridge lots too for those who see what was done."""
        return (*self.search_fields, *(["cartridge_lot"] if request.user.has_perm(SEES_CARE) else []))

    @admin.display(description="client", ordering="client__last_name")
    def client_name(self, session: Session) -> str:
        """The client, as the way to the session's page."""
        url = reverse("admin:treatments_session_change", args=[session.pk])
        return format_html('<a href="{}">{}</a>', url, session.client)

    @admin.display(description="state", ordering="state")
    def state_badge(self, session: Session) -> str:
        """Where the session is."""
        return badge(BADGES[session.state], session.get_state_display())

    def get_urls(self) -> list[URLPattern]:
        """Django's addresses, and a page for each verb."""
        view = self.admin_site.admin_view
        own = [
            path("book/", view(self.add_view), name="treatments_session_book"),
            path("<int:object_id>/start/", view(self.start_page), name="treatments_session_start"),
            path("<int:object_id>/ask/", view(self.ask_page), name="treatments_session_ask"),
            path("<int:object_id>/complete/", view(self.complete_page), name="treatments_session_complete"),
            path("<int:object_id>/move/", view(self.move_page), name="treatments_session_move"),
            path("<int:object_id>/cancel/", view(self.cancel_page), name="treatments_session_cancel"),
            path("<int:object_id>/correct/", view(self.correct_page), name="treatments_session_correct"),
            path("<int:object_id>/reopen/", view(self.reopen_page), name="treatments_session_reopen"),
        ]
        return [*own, *super().get_urls()]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Book the next session of the plan that ?plan= names."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        chosen = request.GET.get("plan", "")
        if not chosen:
            messages.info(request, "Choose the client first, then “Book a session” on the client’s page.")
            return redirect("admin:clients_client_changelist")
        plan = get_object_or_404(Plan.objects.select_related("client", "clinic"), pk=id_from(chosen))
        form = BookForm(
            request.POST if request.method == "POST" else None,
            plan=plan,
            initial={"scheduled_for": suggested(plan, timezone.now())},
        )
        if request.method == "POST" and form.is_valid():
            began = timezone.now()
            try:
                session = book_session(plan=plan, by=acting(request), at=began, **form.cleaned_data)
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                booked = f"Session {session.number} of {plan.client} is booked."
                messages.success(request, f"{booked} {said_of(plan, began)}".strip())
                return redirect("admin:treatments_session_change", session.pk)
        return self.page(
            request,
            "admin/treatments/session/action.html",
            title=f"Book a session for {plan.client}",
            form=form,
            button="Book",
            client=plan.client,
            lead=f"Times are the clinic's ({plan.clinic.time_zone}).",
            back_url=reverse("client_page", args=[plan.client_id]),
        )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The session's page: facts, depths, follow-ups, and what can be done now."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        session = self.get_own(request, object_id)
        sees_care = request.user.has_perm(SEES_CARE)
        facts = facts_of(session, sees_care=sees_care)
        return self.page(
            request,
            "admin/treatments/session/page.html",
            title=f"Session {session.number} of {session.plan.sessions_planned}: {session.client}",
            object=session,
            badge=BADGES[session.state],
            facts=with_amendments(session, facts) if sees_care else facts,
            sees_care=sees_care,
            chart=chart_of(session) if sees_care else {},
            planned=session.plan.zones.order_by("pk") if sees_care and not session.ended_at else [],
            followups=session.followups.select_related("message").order_by("message__due_at") if sees_care else [],
            no_emails="" if session.state == State.CANCELLED else no_emails(session.client),
            buttons=self._buttons(request, session),
            confirmation=confirmation_of(request, session),
            panels=panels_for(request, session),
            sheet=sheet_of(request, session) if sees_care else None,
        )

    def ask_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Ask the client, or ask again, whether anything has changed since their last answers."""

        def act(request: HttpRequest, session: Session, _said: dict[str, Any]) -> str:
            ask_confirmation(session=session, by=acting(request), at=timezone.now(), at_once=True)
            client = session.client
            return f"The email is on its way to {client.email}." if client.email else "Now hand it over."

        return self.action_page(
            request,
            object_id,
            title="Ask whether anything has changed",
            button="Ask for the confirmation",
            permission=SENDS,
            form_class=forms.Form,
            act=act,
            lead="The client is shown their last answers and says whether they still hold. "
            "With an email address they get a link at once; you can hand it over too.",
        )

    def cancel_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Take a session off that was booked, or started and not carried out, with the reason."""

        def act(request: HttpRequest, session: Session, said: dict[str, Any]) -> str:
            cancel_session(session=session, by=acting(request), at=timezone.now(), **said)
            return "The session is cancelled."

        session = self.get_own(request, object_id)
        if not self._may_cancel(request, session):
            raise PermissionDenied
        return self.action_page(
            request,
            object_id,
            title="Cancel the session",
            button="Cancel the session",
            permission="treatments.cancel_session",
            form_class=CancelForm,
            act=act,
            danger=True,
            why_not=why_not_cancelled,
            lead="For a session that is not carried out. The client's next booking takes this session's number.",
        )

    def _may_cancel(self, request: HttpRequest, session: Session) -> bool:
        """A session that has begun is called off by those who treat; the front desk cancels what is booked."""
        begun = session.state == State.IN_PROGRESS
        return request.user.has_perm(f"treatments.{'complete' if begun else 'cancel'}_session")

    def _buttons(self, request: HttpRequest, session: Session) -> list[tuple[str, str, str]]:
        """What this person can do now: word, address, style."""
        again = session.state == State.CANCELLED and session.plan.is_running
        if again and request.user.has_perm("treatments.add_session"):
            book = f"{reverse('admin:treatments_session_book')}?plan={session.plan_id}"
            return [("Book another day", book, "primary")]
        return [
            (word, reverse(f"admin:treatments_session_{verb}", args=[session.pk]), style)
            for verb, word, style in verbs_of(session)
            if (
                self._may_cancel(request, session)
                if verb == "cancel"
                else request.user.has_perm(f"treatments.{NEEDS.get(verb, verb)}_session")
            )
        ]
