"""Reaction cases: the list, one in full, and opening one."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from clients.records.models import Client
from portal.adminsite.forms import add_refusal
from portal.adminsite.ids import id_from
from portal.adminsite.kept import written
from portal.adminsite.options import badge, choices_display
from portal.practice.middleware import acting
from portal.security.refusals import Refused
from treatments.cases.guidance import GUIDES
from treatments.cases.models import Case
from treatments.followups.models import Alert
from treatments.followups.services import starting_facts
from treatments.photos.services import may_be_seen
from treatments.products.terms import Zone
from treatments.reactions.admin.filters import WhereItStands
from treatments.reactions.admin.rates import RatePages
from treatments.reactions.admin.verbs import VerbPages
from treatments.reactions.admin.words import moment, standing
from treatments.reactions.forms import OpenForm, session_words
from treatments.reactions.services import begin_case
from treatments.sessions.models import Session

FROM_THERE = "Open a case from a session, from a client’s page, or from a red flag."
NO_SESSION = "No session of this client has begun yet: a case belongs to one."


@admin.register(Case)
class CaseAdmin(VerbPages, RatePages):
    """What happened after sessions: those open come first, the nearest call on top."""

    gives_back = frozenset({"add_view"})
    list_display = ("what", "client", "after", "grade", "where_it_stands", "opened_at")
    list_display_links = ("what",)
    list_filter = (WhereItStands, "kind", "grade", "opened_at")
    search_fields = ("client__first_name", "client__last_name", "client__preferred_name")
    search_help_text = "Client's name"
    ordering = (F("closed_at").desc(nulls_first=True), "call_by", "-id")
    empty_words = "No reactions. Open a case from the session's or the client's page, or from a red flag."

    def get_queryset(self, request: HttpRequest) -> QuerySet[Case]:
        """With the client, the session and the people, which every page asks for."""
        people = ("clinic", "client", "opened_by", "closed_by", "alert")
        done = ("session__device", "session__lot__product", "session__as_amended")
        return super().get_queryset(request).select_related(*people, *done)

    @admin.display(description="reaction", ordering="kind")
    def what(self, case: Case) -> str:
        """What it is."""
        return str(case.get_kind_display())

    @admin.display(description="after", ordering=Coalesce("session__as_amended__ended_at", "session__ended_at"))
    def after(self, case: Case) -> str:
        """The session it belongs to."""
        return session_words(case.session)

    @admin.display(description="where it stands", ordering="call_by")
    def where_it_stands(self, case: Case) -> str:
        """Overdue, by when to call, or how it ended."""
        return badge(*standing(case, timezone.now()))

    def get_urls(self) -> list[URLPattern]:
        """Django's addresses, and our pages."""
        wrap = self.admin_site.admin_view
        own = [
            path(f"<int:object_id>/{verb}/", wrap(page), name=f"treatments_case_{verb}")
            for verb, page in self.verb_pages().items()
        ]
        own += [
            path("rates/", wrap(self.rates_page), name="treatments_case_rates"),
            path("rates/file/", wrap(self.rates_file), name="treatments_case_rates_file"),
        ]
        return [*own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """One case: the clock, the facts, and what was done."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        case: Case = self.get_own(request, object_id)
        now = timezone.now()
        entries = list(case.entries.select_related("by", "photograph__session"))
        seen = may_be_seen(case.client) and request.user.has_perm("treatments.view_photograph")
        photographs = [entry.photograph for entry in entries if entry.photograph and not entry.photograph.removed_at]
        return self.page(
            request,
            "admin/treatments/case/page.html",
            title=str(case),
            object=case,
            badge=badge(*standing(case, now)),
            overdue=case.overdue(now),
            facts=facts_of(case),
            isolate=self.isolate(request, case) if GUIDES[case.kind].isolates else [],
            photographs=photographs if seen else [],
            entries=entries,
            buttons=self.buttons(request, case),
        )

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Open a case: of a session, of a client, or of a red flag, as the address says."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        sessions, alert, begins = asked_for(request)
        if alert and (known := Case.objects.filter(alert=alert).first()):
            messages.info(request, "A case was opened for these answers already: this is it.")
            return redirect(self.page_of(known))
        if not sessions:
            messages.info(
                request, NO_SESSION if request.GET else "Open a case from a session, or from a client’s page."
            )
            return redirect("admin:treatments_case_changelist")
        now = timezone.now()
        form = OpenForm(written(request), sessions=sessions, at=now, initial=begins)
        if request.method == "POST" and form.is_valid():
            try:
                case = begin_case(alert=alert, by=acting(request), at=now, **form.cleaned_data)
            except Refused as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, "The case is open. Emails about results wait until it is closed.")
                return redirect(self.page_of(case))
        return self._open_page(request, form, sessions[0])

    def _open_page(self, request: HttpRequest, form: OpenForm, session: Session) -> HttpResponse:
        return self.page(
            request,
            "admin/action_page.html",
            title=f"Open a reaction case: {session.client}",
            form=form,
            button="Open the case",
            back_url=reverse("client_page", args=[session.client_id]),
            lead="While a case is open it stands on Today with its clock, no session of the client starts, and emails "
            "about results wait.",
        )


def asked_for(request: HttpRequest) -> tuple[list[Session], Alert | None, dict[str, Any]]:
    """The sessions to choose from, the red flag if it is of one, and what the form begins with. Raises Http404."""
    begun = (
        Session.objects.filter(started_at__isnull=False)
        .select_related("client__clinic", "as_amended")
        .order_by("-started_at")
    )
    asked = asks(request)
    alert = None
    if "alert" in asked:
        wanted = Alert.objects.select_related("clinic", "reply__followup")
        alert = wanted.filter(pk=asked["alert"]).first()
        sessions = begun.filter(pk=alert.reply.followup.session_id) if alert else begun.none()
    elif "session" in asked:
        sessions = begun.filter(pk=asked["session"])
    else:
        sessions = begun.filter(client=asked.get("client"))
    begins: dict[str, Any] = {"began_on": timezone.localdate()} | (starting_facts(alert) if alert else {})
    if asked and not is_own(asked, alert):
        raise Http404
    return list(sessions[:MOST]), alert, begins


MOST = 50  # sessions to choose from, the latest first


def asks(request: HttpRequest) -> dict[str, Any]:
    """What the address names, by id."""
    return {key: id_from(request.GET[key]) for key in ("alert", "session", "client") if key in request.GET}


def is_own(asked: dict[str, Any], alert: Alert | None) -> bool:
    """Whether what the address names is the open clinic's."""
    if "alert" in asked:
        return alert is not None
    if "session" in asked:
        return Session.objects.filter(pk=asked["session"]).exists()
    return Client.objects.filter(pk=asked["client"]).exists()


def facts_of(case: Case) -> list[tuple[str, str]]:
    """What the page says of a case: label and words."""
    guide, session = GUIDES[case.kind], case.session
    onset = f"{guide.expected}, usually after {guide.onset}" if guide.expected else guide.onset
    known = [
        ("What happened", case.words),
        ("Usual for this", f"{onset[:1].upper()}{onset[1:]}. {guide.action}"),
        ("Where", choices_display(Zone, case.zones) or "Not said"),
        ("Began", f"{case.began_on:%-d %b %Y}"),
        ("Grade", case.get_grade_display()),
        ("After", session_words(session)),
        ("Device", str(session.device or "")),
        ("Cartridge lot", session.cartridge_lot),
        ("Opened", f"{moment(case.opened_at)}, by {case.opened_by}"),
        ("First spoken to the client", moment(case.contacted_at) or ("Not yet" if case.is_open else "Never")),
        ("Passed on to the owner", moment(case.escalated_at)),
        ("Closed", f"{moment(case.closed_at)}, by {case.closed_by}" if case.closed_by else ""),
    ]
    return [(label, words) for label, words in known if words]
