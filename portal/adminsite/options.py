"""ClinicModelAdmin: what every admin page shares. Own clinic only, audit on every change, states changed on pages."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from portal.adminsite.forms import add_refusal, ask_for_files_again
from portal.adminsite.ids import id_from
from portal.adminsite.kept import fill_in_again, kept_meanwhile
from portal.adminsite.lists import ClosedList
from portal.adminsite.widgets import BROWSERS_OWN
from portal.audit.models import AuditEvent
from portal.audit.services import record
from portal.practice.middleware import acting, clinic_of
from portal.security.refusals import Refused

WhyNot = Callable[[Any], str]
Act = Callable[[HttpRequest, Any, dict[str, Any]], str]
ONE_BUTTON = {"show_save_and_add_another": False, "show_save_and_continue": False, "show_close": False}


class ClinicModelAdmin(ClosedList):
    """An admin whose every door leads to the open clinic's rows and no others."""

    list_per_page = 25
    show_full_result_count = False
    view_on_site = False
    actions = None
    empty_words = "Nothing here yet."
    formfield_overrides = BROWSERS_OWN
    # Django's pages that an admin has written anew, and that show again what somebody sent who had been signed out.
    gives_back: frozenset[str] = frozenset()

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """The clinic is never a field: it is the one that is open."""
        return [*(super().get_exclude(request, obj) or []), "clinic"]

    def get_own(self, request: HttpRequest, object_id: int | str) -> Any:
        """The open clinic's row with the id in an address. Raises Http404, for another clinic's too."""
        own = self.get_queryset(request).filter(pk=id_from(str(object_id))).first()
        if own is None:
            raise Http404
        return own

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponse:
        """Django would go to the first page and name the id; here it is not found."""
        raise Http404

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save into the open clinic; of a row that stands only what was changed, so that nothing else is undone."""
        if change:
            obj.save(update_fields=[f.name for f in obj._meta.concrete_fields if f.name in form.changed_data])
            return
        obj.clinic = clinic_of(request)
        super().save_model(request, obj, form, change)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Save inline rows into the open clinic."""
        for row in formset.save(commit=False):
            row.clinic_id = clinic_of(request).pk
            row.save()
        for row in formset.deleted_objects:
            row.delete()
        formset.save_m2m()

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:  # type: ignore[override]
        """An audit event in place of Django's own log."""
        self._record(request, obj, "added")

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:  # type: ignore[override]
        """An audit event that names the changed fields, never their content."""
        changed = [part["changed"].get("fields", []) for part in message if "changed" in part] if message else []
        self._record(request, obj, "changed", fields=[str(name) for names in changed for name in names])

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None:  # type: ignore[override]
        """An audit event for each row that goes."""
        for obj in queryset:
            self._record(request, obj, "deleted")

    def _record(self, request: HttpRequest, obj: Any, verb: str, **facts: Any) -> None:
        record(
            clinic=clinic_of(request),
            action=f"{obj._meta.model_name}.{verb}",
            subject=obj,
            at=timezone.now(),
            by=acting(request),
            **facts,
        )

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """One clear button, and what somebody sent who had been signed out."""
        if kept := kept_meanwhile(request):
            fill_in_again(context["adminform"].form, kept)
        return super().render_change_form(request, context | ONE_BUTTON, *args, **kwargs)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """What happened to one row, from the audit trail."""
        obj = self.get_own(request, object_id)
        if not self.has_view_permission(request, obj):
            raise PermissionDenied
        events = AuditEvent.objects.filter(subject_type=self.opts.model_name, subject_id=obj.pk).select_related("actor")
        return self.page(request, "admin/history.html", title=f"History of {obj}", object=obj, events=events[:200])

    def page(self, request: HttpRequest, template: str, *, title: str, **context: object) -> TemplateResponse:
        """One of our own pages inside the admin's frame."""
        return TemplateResponse(
            request, template, self.admin_site.each_context(request) | {"opts": self.opts, "title": title} | context
        )

    def action_page(
        self,
        request: HttpRequest,
        object_id: int,
        *,
        title: str,
        button: str,
        permission: str,
        form_class: type[forms.BaseForm],
        act: Act,
        done: str | Callable[[Any], str] = "",
        form_kwargs: dict[str, Any] | None = None,
        template: str = "admin/action_page.html",
        why_not: WhyNot | None = None,
        **context: object,
    ) -> HttpResponse:
        """A state change as a page: GET shows what will happen, POST calls one service.

        `why_not(obj)` says why it cannot be done to this row now, "" when it can: GET shows that in place of the form.
        `act(request, obj, cleaned_data)` calls the service and returns the sentence to show; a Refused it raises is
        shown on the page, with everything typed kept. `done` is where to go afterwards (default: the row's page).
        """
        if not request.user.has_perm(permission):
            raise PermissionDenied
        obj = self.get_own(request, object_id)
        why = why_not(obj) if why_not and request.method != "POST" else ""
        if why:
            return self.page(request, "admin/not_now.html", title=title, object=obj, why=why, **context)
        posted = (request.POST, request.FILES) if request.method == "POST" else ()
        form = form_class(*(posted or [kept_meanwhile(request)]), **(form_kwargs or {}))
        if posted and form.is_valid():
            try:
                said = act(request, obj, form.cleaned_data)
            except Refused as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, said)
                return redirect((done(obj) if callable(done) else done) or self.page_of(obj))
        ask_for_files_again(form)
        return self.page(request, template, title=title, object=obj, form=form, button=button, **context)

    def page_of(self, obj: Any) -> str:
        """The address of the row's own page."""
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[obj.pk])


def badge(kind: str, words: str) -> str:
    """A word in a coloured frame; kind is ok, warn, bad or info."""
    return format_html('<span class="badge badge-{}">{}</span>', kind, words)


def choices_display(choices: type[models.TextChoices], values: Iterable[str]) -> str:
    """The words for a list of stored choices: "Cheeks, Nose"."""
    known = dict(choices.choices)
    return ", ".join(str(known.get(value, value)) for value in values)
