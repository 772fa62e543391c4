"""The pages that begin, change and discard the draft."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from portal.adminsite.forms import add_refusal
from portal.adminsite.options import ClinicModelAdmin
from portal.practice.middleware import acting, clinic_of
from portal.security.refusals import Refused
from treatments.care import services
from treatments.care.forms import NEW_STEP, StepForm
from treatments.care.models import CareVersion
from treatments.care.schedule import CareStep

EDIT = "treatments.edit_careversion"
LIST = "admin:treatments_careversion_changelist"
PAGE = "admin:treatments_careversion_change"
GROUPED = "admin/grouped_form.html"


class DraftPages(ClinicModelAdmin):
    """Everything that can be done with the draft."""

    def begin_page(self, request: HttpRequest) -> HttpResponse:
        """A draft that begins with what is in force."""
        if not request.user.has_perm(EDIT):
            raise PermissionDenied
        form = forms.Form(request.POST if request.method == "POST" else None)
        if request.method == "POST":
            try:
                new = services.begin_version(clinic=clinic_of(request), by=acting(request), at=timezone.now())
            except Refused as refusal:
                messages.error(request, str(refusal))
                return redirect(LIST)
            return redirect(PAGE, new.pk)
        lead = "It begins as a copy of what is in force. Nothing changes for clients until you publish it."
        return self.page(
            request, "admin/action_page.html", title="Begin a version", form=form, button="Begin", lead=lead
        )

    def edit_page(self, request: HttpRequest, object_id: int, step: str) -> HttpResponse:
        """When one step leaves, what it asks, who gets it."""
        draft = self._draft(request, object_id)
        found = _find(draft, step)

        def save(form: Any, **who: Any) -> str:
            services.change_step(step=form.edited, **who)
            return f"“{form.edited.title}” is changed in the draft."

        page = {"title": f"Change “{found.title}”", "button": "Save", "template": GROUPED, "anchor": f"s-{step}"}
        return self._page(request, object_id, StepForm, save, page, step=found, schedule=services.schedule_of(draft))

    def add_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """A step of the clinic's own."""
        draft = self._draft(request, object_id)

        def save(form: Any, **who: Any) -> str:
            services.add_step(step=form.edited, **who)
            return f"“{form.edited.title}” is added to the draft."

        lead = "Its email begins with simple words in four languages; read them before you publish."
        page = {"title": "Add a step", "button": "Add it", "template": GROUPED, "lead": lead}
        return self._page(request, object_id, StepForm, save, page, step=NEW_STEP, schedule=services.schedule_of(draft))

    def remove_page(self, request: HttpRequest, object_id: int, step: str) -> HttpResponse:
        """No longer sent."""
        found = _find(self._draft(request, object_id), step)

        def save(_form: Any, **who: Any) -> str:
            services.remove_step(key=step, **who)
            return f"“{found.title}” is taken out of the draft."

        lead = "Sessions that end after the draft is published do without it. You can put a step of the default back."
        page = {"title": f"Take out “{found.title}”", "button": "Take it out", "lead": lead, "danger": True}
        return self._page(request, object_id, forms.Form, save, page)

    def restore_page(self, request: HttpRequest, object_id: int, step: str) -> HttpResponse:
        """As the default has it."""
        self._draft(request, object_id)
        found = services.shipped_schedule().step(step)
        if found is None:
            raise Http404

        def save(_form: Any, **who: Any) -> str:
            services.restore_step(key=step, **who)
            return f"“{found.title}” is in the draft as the portal’s default has it."

        lead = "It will be in the draft as the portal’s default has it. What the draft changes in it is undone."
        page = {"title": f"Put “{found.title}” back", "button": "Put it back", "lead": lead, "anchor": f"s-{step}"}
        return self._page(request, object_id, forms.Form, save, page)

    def discard_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """The draft goes."""

        def save(_form: Any, **who: Any) -> str:
            services.discard_version(version=who["version"], by=who["by"], at=who["at"])
            return "The draft is discarded."

        lead = "Everything written in this draft is lost. What is in force stays as it is."
        page = {"title": "Discard the draft", "button": "Discard it", "lead": lead, "danger": True}
        return self._page(request, object_id, forms.Form, save, page | {"done": reverse(LIST)})

    def draft_alone(self, page: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        """The page for a draft; a version that was published meanwhile leads to what it says, and why."""

        @wraps(page)
        def led(request: HttpRequest, object_id: int, **rest: str) -> HttpResponse:
            version = self.get_own(request, object_id)
            if version.published_at is None or not request.user.has_perm(EDIT):
                return page(request, object_id, **rest)
            messages.info(
                request, f"{version} is published: it stays as it is. Begin a new version to change something."
            )
            return redirect(PAGE, version.pk)

        return led

    def _draft(self, request: HttpRequest, object_id: int) -> CareVersion:
        if not request.user.has_perm(EDIT):
            raise PermissionDenied
        version: CareVersion = self.get_own(request, object_id)
        if version.published_at is not None:
            raise Http404
        return version

    def _page(
        self,
        request: HttpRequest,
        object_id: int,
        form_class: type[forms.Form],
        save: Callable[..., str],
        page: dict[str, Any],
        **given: Any,
    ) -> HttpResponse:
        """GET shows the form, POST saves it for the draft that was on the page; `save` returns what to say."""
        draft = self._draft(request, object_id)
        form = form_class(request.POST if request.method == "POST" else None, **given)
        form.fields["seen"] = forms.CharField(widget=forms.HiddenInput, initial=draft.fingerprint)
        back = reverse(PAGE, args=[draft.pk])
        if request.method == "POST" and form.is_valid():
            seen = form.cleaned_data.pop("seen")
            try:
                said = save(form, version=draft, seen=seen, by=acting(request), at=timezone.now())
            except Refused as refusal:
                add_refusal(form, refusal)
                typed = request.POST.copy()
                typed["seen"] = draft.fingerprint
                form.data = typed
            else:
                messages.success(request, said)
                return redirect(page.get("done") or f"{back}#{page.get('anchor', '')}".rstrip("#"))
        context = {"template": "admin/action_page.html"} | page
        return self.page(request, object=draft, form=form, back_url=back, **context)


def _find(version: CareVersion, key: str) -> CareStep:
    found = services.schedule_of(version).step(key)
    if found is None:
        raise Http404
    return found
