"""The client list and the client form."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html

from clients.records.forms import CARE, ArchiveForm, ClientForm, ContactForm, FindForm
from clients.records.models import Client
from clients.records.services import NotArchived, archive_client, close_links, restore_client, why_not_archive
from portal.adminsite.ids import id_from
from portal.adminsite.options import ClinicModelAdmin, badge
from portal.practice.middleware import acting

LINKS_CLOSED = (
    "Links sent to the old address no longer open. Send what the client still has to answer again, each from its own "
    "page: a screening form, a consent, a confirmation, questions after a session."
)

FOUND = 20  # clients whom a search shows


class ArchivedFilter(admin.SimpleListFilter):
    """Current clients, unless the archived ones are asked for."""

    title = "list"
    parameter_name = "list"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The one other list."""
        return [("archived", "Archived")]

    def choices(self, changelist: Any) -> Any:
        """Django's choices, with "All" called by its right name: it hides the archived."""
        for choice in super().choices(changelist):
            yield choice | {"display": "Current"} if choice["display"] != "Archived" else choice

    def queryset(self, request: HttpRequest, queryset: QuerySet[Client]) -> QuerySet[Client]:
        """The clients of the chosen list."""
        clients = queryset.filter(archived_at=None)
        return queryset.exclude(archived_at=None) if self.value() == "archived" else clients


@admin.register(Client)
class ClientAdmin(ClinicModelAdmin):
    """Who is treated here."""

    form = ClientForm
    empty_words = "No clients here yet. Add the first one with the button above."
    search_fields = ("first_name", "last_name", "preferred_name", "email", "phone")
    search_help_text = "Name, email or phone"
    list_display = ("name", "date_of_birth", "phone", "email", "skin", "next_session", "has_alerts")
    list_display_links = None
    list_filter = (ArchivedFilter, "skin_type", "language")
    ordering = ("last_name", "first_name", "id")
    fieldsets = (
        ("Who", {"fields": ("first_name", "last_name", "preferred_name", "date_of_birth")}),
        ("How to reach them", {"fields": ("email", "phone", "address", "language", "time_zone", "gets_follow_ups")}),
        ("Skin and goals", {"fields": ("skin_type", "goals")}),
        ("Notes and alerts", {"fields": ("alerts", "notes")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Client]:
        """The clinic's clients, each with the time of their next session."""
        return Client.objects.with_next_session(timezone.now()).order_by(*self.ordering)

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """The columns; those about the skin and health are for who treats."""
        return without(super().get_list_display(request), () if cares(request) else ("skin", "has_alerts"))

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        """The filters, likewise."""
        return without(super().get_list_filter(request), () if cares(request) else CARE)

    def get_fieldsets(self, request: HttpRequest, obj: Client | None = None) -> Any:
        """The form's parts, likewise: the first two hold no field of CARE."""
        return self.fieldsets if cares(request) else self.fieldsets[:2]

    def get_form(self, request: HttpRequest, obj: Client | None = None, change: bool = False, **kwargs: Any) -> Any:
        """The front desk's form has no such fields: what is posted for them goes nowhere, and what is kept stays."""
        return super().get_form(request, obj, change, form=ClientForm if cares(request) else ContactForm, **kwargs)

    def save_model(self, request: HttpRequest, obj: Client, form: Any, change: bool) -> None:
        """Keep the record; links that were sent to another address close with the change."""
        super().save_model(request, obj, form, change)
        moved = change and (form.initial.get("email") or "").lower() != obj.email
        if moved and close_links(client=obj, by=acting(request), at=timezone.now()):
            messages.success(request, LINKS_CLOSED)

    @admin.display(description="name", ordering="last_name")
    def name(self, client: Client) -> str:
        """The name, as the way to the client's page."""
        return format_html('<a href="{}">{}</a>', client_page(client), client)

    @admin.display(description="skin type", ordering="skin_type")
    def skin(self, client: Client) -> str:
        """The Fitzpatrick number alone; the form has the words."""
        return client.skin_type

    @admin.display(description="next session", ordering="next_session")
    def next_session(self, client: Any) -> datetime | None:
        """When they come next."""
        return client.next_session  # type: ignore[no-any-return]

    @admin.display(description="alerts")
    def has_alerts(self, client: Client) -> str:
        """A mark when there is an alert to read."""
        return badge("bad", "Alert") if client.alerts else ""

    def response_post_save_add(self, request: HttpRequest, obj: Client) -> HttpResponse:  # type: ignore[override]
        """On to the client's page."""
        return redirect(client_page(obj))

    def response_post_save_change(self, request: HttpRequest, obj: Client) -> HttpResponse:  # type: ignore[override]
        """Back to the client's page."""
        return redirect(client_page(obj))

    def get_urls(self) -> list[URLPattern]:
        """Django's addresses, and a page for each change of state."""
        own = [
            path(
                "<int:object_id>/archive/",
                self.admin_site.admin_view(self.archive_page),
                name="clients_client_archive",
            ),
            path(
                "<int:object_id>/restore/",
                self.admin_site.admin_view(self.restore_page),
                name="clients_client_restore",
            ),
        ]
        return [*own, *super().get_urls()]

    def archive_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Put a client aside."""

        def act(request: HttpRequest, client: Client, said: dict[str, Any]) -> str:
            archive_client(client=client, by=acting(request), at=timezone.now(), **said)
            return f"{client} is archived and gets no more emails."

        return self.action_page(
            request,
            object_id,
            why_not=why_not_archive,
            back_words="Open the client’s page",
            title="Archive this client",
            button="Archive",
            permission="clients.change_client",
            form_class=ArchiveForm,
            act=act,
            done=client_page,
            lead="The client leaves the list and gets no more emails. The record is kept, and you can restore it.",
            back_url=reverse("client_page", args=[object_id]),
        )

    def restore_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Take a client back."""

        def act(request: HttpRequest, client: Client, _: dict[str, Any]) -> str:
            restore_client(client=client, by=acting(request), at=timezone.now())
            return f"{client} is back on the list."

        return self.action_page(
            request,
            object_id,
            why_not=lambda client: "" if client.archived_at else str(NotArchived()),
            back_words="Open the client’s page",
            title="Restore this client",
            button="Restore",
            permission="clients.change_client",
            form_class=forms.Form,
            act=act,
            done=client_page,
            lead="The client returns to the list, and follow-up emails that are still due may leave again.",
            back_url=reverse("client_page", args=[object_id]),
        )


def cares(request: HttpRequest) -> bool:
    """Whether this person may see what is written about a client's skin and health."""
    return request.user.has_perm("clients.care_client")


def without(names: Sequence[Any], hidden: Sequence[str]) -> list[Any]:
    """The names that are not hidden."""
    return [name for name in names if name not in hidden]


def client_page(client: Client) -> str:
    """The address of the client's page."""
    return reverse("client_page", args=[client.pk])


@dataclass(frozen=True)
class Finder:
    """The search of a page that is about one client, as admin/includes/find_client.html shows it."""

    form: FindForm
    found: list[Client] | None = None  # None before anybody was looked for
    more: int = 0  # how many were found besides
    client: Client | None = field(default=None, kw_only=True)  # whom the address names

    @property
    def asked(self) -> bool:
        """Whether the search's own button was pressed."""
        return self.form.is_bound


def finder_of(request: HttpRequest) -> Finder:
    """Whom the search found among current clients. A name is posted: addresses are logged, and carry an id alone.

    Raises Http404 for an id in ?client= that is none of the open clinic's.
    """
    client = None
    if "client" in request.GET:
        own = Client.objects.select_related("clinic")
        client = get_object_or_404(own, pk=id_from(request.GET["client"]) or 0)
    form = FindForm(request.POST if "q" in request.POST else None)
    if not form.is_valid():
        return Finder(form, client=client)
    found = Client.objects.current().found_by(form.cleaned_data["q"])
    return Finder(form, list(found[:FOUND]), max(0, found.count() - FOUND), client=client)
