"""Photographs: the list, one in full, adding, removing, and a session's checklist."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html

from portal.adminsite.forms import add_refusal, ask_for_files_again
from portal.adminsite.ids import id_from
from portal.practice.middleware import acting
from portal.security.refusals import Refused
from treatments.photos import services
from treatments.photos.admin.comparing import ComparePages
from treatments.photos.admin.cures import why_hidden
from treatments.photos.admin.files import FilePages
from treatments.photos.forms import PhotographForm, RemoveForm
from treatments.photos.models import Photograph
from treatments.photos.terms import GUIDE, HOW, View
from treatments.sessions.models import Session

CAMERA = "camera=(self), microphone=(), geolocation=()"  # everywhere else no script gets the camera


@admin.register(Photograph)
class PhotographAdmin(FilePages, ComparePages):
    """What was photographed, the newest first."""

    empty_words = "No photographs yet. Open a session and choose “Add” beside a view."
    list_display = ("shows", "client", "of_session", "taken_at", "brought_by")
    list_display_links = None
    list_filter = ("moment", "view", "taken_at", ("removed_at", admin.EmptyFieldListFilter))
    search_fields = ("client__first_name", "client__last_name", "client__preferred_name")
    search_help_text = "Client's name"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Photograph]:
        """With the client, the session and the people, which every page asks for."""
        return super().get_queryset(request).select_related("client", "session__client", "added_by", "removed_by")

    @admin.display(description="shows", ordering="view")
    def shows(self, photograph: Photograph) -> str:
        """View and moment, as the way to its page."""
        return format_html('<a href="{}">{}</a>', self.page_of(photograph), photograph)

    @admin.display(description="session", ordering="session__number")
    def of_session(self, photograph: Photograph) -> str:
        """Its number: whose it is, the column beside it says."""
        return f"Session {photograph.session.number}"

    @admin.display(description="added by", ordering="added_by")
    def brought_by(self, photograph: Photograph) -> str:
        """Who of the team, or the client."""
        return photograph.brought_by

    def get_urls(self) -> list[URLPattern]:
        """Django's addresses, and our pages."""
        wrap = self.admin_site.admin_view
        own = [
            path("<int:object_id>/remove/", wrap(self.remove_page), name="treatments_photograph_remove"),
            path("session/<int:object_id>/", wrap(self.session_page), name="treatments_session_photographs"),
        ]
        return [*own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """One photograph in full, with its facts."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        photograph: Photograph = self.get_own(request, object_id)
        standing = photograph.removed_at is None
        return self.page(
            request,
            "admin/treatments/photograph/page.html",
            title=f"{photograph}: {photograph.client}",
            object=photograph,
            hidden=why_hidden(photograph.client, acting(request)),
            may_remove=standing and request.user.has_perm("treatments.remove_photograph"),
        )

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Add one photograph to the session that ?session= names."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        chosen = request.GET.get("session", "")
        if not chosen:
            messages.info(request, "Choose the session first, then “Add” beside a view.")
            return redirect("admin:treatments_session_changelist")
        sessions = Session.objects.select_related("client", "clinic", "plan")
        session = get_object_or_404(sessions, pk=id_from(chosen))
        if why_hidden(session.client, acting(request)):  # the page says what cures it; nothing that was sent is read
            return self._checklist_page(request, session)
        posted = (request.POST, request.FILES) if request.method == "POST" else ()
        now = timezone.now()
        form = PhotographForm(*posted, at=now, initial={key: request.GET.get(key, "") for key in ("moment", "view")})
        if posted and form.is_valid():
            try:
                added = services.add_photograph(session=session, by=acting(request), at=now, **form.cleaned_data)
            except Refused as refusal:
                add_refusal(form, refusal)
            else:
                return self._next(request, added)
        ask_for_files_again(form)
        return self._add_page(request, session, form)

    def _add_page(self, request: HttpRequest, session: Session, form: PhotographForm) -> HttpResponse:
        view = request.GET.get("view", "")
        page = self.page(
            request,
            "admin/treatments/photograph/add.html",
            title=f"Add a photograph: session {session.number} of {session.client}",
            form=form,
            button="Add the photograph",
            client=session.client,
            lead=f"{HOW.get(view, '')} {GUIDE}".strip(),
            back_url=page_of_session(session.pk),
            earlier=services.latest_of_each_view(session.client),
        )
        page.headers["Permissions-Policy"] = CAMERA
        return page

    def _next(self, request: HttpRequest, added: Photograph) -> HttpResponse:
        """On to the first view that is still missing at this moment; else back to the checklist."""
        [part] = [part for part in services.checklist(added.session) if part.moment == added.moment]
        if part.next_view is None:
            messages.success(request, f"{added} is added. All five views are there.")
            return redirect(page_of_session(added.session_id))
        messages.success(request, f"{added} is added. Next: {View(part.next_view).label}.")
        asked = {"session": added.session_id, "moment": added.moment, "view": part.next_view.value}
        return redirect(f"{reverse('admin:treatments_photograph_add')}?{urlencode(asked)}")

    def remove_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Take one out of the record, with the reason."""

        def act(request: HttpRequest, photograph: Photograph, said: dict[str, Any]) -> str:
            services.remove_photograph(photograph=photograph, by=acting(request), at=timezone.now(), **said)
            return "The photograph is removed. Nobody is shown it from now on."

        return self.action_page(
            request,
            object_id,
            title="Remove this photograph",
            button="Remove it",
            permission="treatments.remove_photograph",
            form_class=RemoveForm,
            act=act,
            why_not=lambda photograph: "This photograph was removed already." if photograph.removed_at else "",
            done=lambda photograph: page_of_session(photograph.session_id),
            danger=True,
            lead="For one that is blurred, shows somebody else, or belongs elsewhere. It is shown to nobody from then "
            "on; that it was there, and why it went, stays in the record.",
        )

    def session_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """The checklist of one session: five views by moment."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        sessions = Session.objects.select_related("client", "clinic", "plan")
        return self._checklist_page(request, get_object_or_404(sessions, pk=object_id))

    def _checklist_page(self, request: HttpRequest, session: Session) -> HttpResponse:
        return self.page(
            request,
            "admin/treatments/photograph/session.html",
            title=f"Photographs: session {session.number} of {session.client}",
            session=session,
            panel=panel_of(request, session),
        )


def panel_of(request: HttpRequest, session: Session) -> dict[str, Any] | None:
    """The photographs of a session, for its page; None for who may not see any."""
    if not request.user.has_perm("treatments.view_photograph"):
        return None
    hidden = why_hidden(session.client, acting(request))
    return {
        "template": "admin/treatments/photograph/panel.html",
        "session": session,
        "hidden": hidden,
        "parts": [] if hidden else services.checklist(session),
        "may_add": request.user.has_perm("treatments.add_photograph"),
    }


def page_of_session(pk: int) -> str:
    """The address of a session's checklist."""
    return reverse("admin:treatments_session_photographs", args=[pk])
