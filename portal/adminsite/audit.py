"""Who did what, and when: for the owner to read."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from portal.adminsite.ids import id_from
from portal.adminsite.options import ClinicModelAdmin
from portal.audit.models import AuditEvent
from portal.audit.services import last_check
from portal.audit.terms import ACTORS, SUBJECTS
from portal.practice.middleware import clinic_of
from portal.practice.models import Membership


class WhoFilter(admin.SimpleListFilter):
    """By person: this clinic's people, past ones too, and those who act without a sign-in."""

    title = "who"
    parameter_name = "who"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The team, then the clients and the portal itself."""
        team = Membership.objects.select_related("user").order_by("user__full_name")
        return [
            *((str(member.user_id), str(member)) for member in team),
            ("client", "Clients"),
            ("system", "The portal"),
        ]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[AuditEvent]") -> "QuerySet[AuditEvent]":
        """What that person did."""
        value = self.value() or ""
        if person := id_from(value):
            return queryset.filter(actor_id=person)
        return queryset.filter(actor_kind=value) if value in ACTORS else queryset


class WhatFilter(admin.SimpleListFilter):
    """By what it was done to."""

    title = "what"
    parameter_name = "what"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Clients, screenings, sessions and so on."""
        return sorted(SUBJECTS.items(), key=lambda pair: pair[1])

    def queryset(self, request: HttpRequest, queryset: "QuerySet[AuditEvent]") -> "QuerySet[AuditEvent]":
        """What happened to rows of that kind."""
        return queryset.filter(subject_type=self.value()) if self.value() in SUBJECTS else queryset


# For each kind of row that belongs to a client: its app, and the way from the row to the client.
CLIENT_OF = {
    "client": ("clients", ""),
    "clientlink": ("clients", "client__"),
    "message": ("clients", "client__"),
    "screening": ("treatments", "client__"),
    "plan": ("treatments", "client__"),
    "planzone": ("treatments", "plan__client__"),
    "session": ("treatments", "client__"),
    "sessionzone": ("treatments", "session__client__"),
    "followup": ("treatments", "client__"),
    "reply": ("treatments", "followup__client__"),
    "alert": ("treatments", "client__"),
}
Names = dict[tuple[str, int], tuple[int, str]]


def clients_of(events: Iterable[AuditEvent]) -> Names:
    """The client's id and name behind each event, by kind and id of its row; one query for each kind."""
    wanted: dict[str, set[int]] = {}
    for event in events:
        wanted.setdefault(event.subject_type, set()).add(event.subject_id)
    found: Names = {}
    for kind, ids in wanted.items():
        if kind not in CLIENT_OF:
            continue
        app, way = CLIENT_OF[kind]
        rows = apps.get_model(app, kind).objects.filter(pk__in=ids)
        columns = ("pk", f"{way}pk", f"{way}first_name", f"{way}last_name")
        for pk, client, first, last in rows.values_list(*columns):
            found[kind, pk] = client, f"{first} {last}"
    return found


def checked_in_words(request: HttpRequest) -> str:
    """What the daily check found, for the owner."""
    at, whole = last_check(clinic_of(request))
    if at is None:
        return "Once a day the portal checks that nothing was changed in here or taken out. It has not done so yet."
    day = f"Checked on {timezone.localtime(at):%-d %b %Y, %H:%M}"
    if whole:
        return f"{day}: whole. Nothing was changed or taken out."
    return f"{day}: NOT whole. Something was changed or taken out from outside the portal. Please tell who runs it."


@admin.register(AuditEvent)
class AuditEventAdmin(ClinicModelAdmin):
    """The trail itself; the permission table lets nobody add, change or delete."""

    empty_words = "Nothing has happened yet. Whatever is added, changed or decided from now on is listed here."
    list_display = ("at", "who", "words", "whose", "details")
    list_display_links = None
    list_filter = (WhoFilter, WhatFilter, ("at", admin.DateFieldListFilter))
    list_select_related = ("actor",)
    ordering = ("-sequence",)
    fields = ("sequence", "at", "who", "words", "details")
    readonly_fields = fields

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The list, and what the last look at the whole trail found."""
        return super().changelist_view(request, (extra_context or {}) | {"lead": checked_in_words(request)})

    @admin.display(description="who")
    def who(self, event: AuditEvent) -> str:
        """The person's name, or what acted without one."""
        return str(event.actor) if event.actor else ACTORS[event.actor_kind]

    @admin.display(description="what")
    def words(self, event: AuditEvent) -> str:
        """What happened, as a practitioner would say it."""
        return event.words

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Django's list, each event with the client it is about."""
        changelist = super().get_changelist_instance(request)
        names = clients_of(changelist.result_list)
        for event in changelist.result_list:
            event.client_it_is_about = names.get((event.subject_type, event.subject_id))
        return changelist

    @admin.display(description="client")
    def whose(self, event: AuditEvent) -> str:
        """The client it is about, as the way to their page."""
        client = getattr(event, "client_it_is_about", None)
        return format_html('<a href="{}">{}</a>', reverse("client_page", args=[client[0]]), client[1]) if client else ""

    @admin.display(description="details")
    def details(self, event: AuditEvent) -> str:
        """Which fields changed; their content is not kept here."""
        fields = event.facts.get("fields")
        return ", ".join(str(name) for name in fields) if fields else ""
