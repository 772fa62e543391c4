"""Who did what, and when: for the owner to read."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from portal.adminsite.options import ClinicModelAdmin
from portal.audit.models import AuditEvent
from portal.audit.terms import ACTORS, SUBJECTS
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
        if value.isdigit():
            return queryset.filter(actor_id=int(value))
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


@admin.register(AuditEvent)
class AuditEventAdmin(ClinicModelAdmin):
    """The trail itself; the permission table lets nobody add, change or delete."""

    empty_words = "Nothing has happened yet. Whatever is added, changed or decided from now on is listed here."
    list_display = ("at", "who", "words", "details")
    list_display_links = None
    list_filter = (WhoFilter, WhatFilter, ("at", admin.DateFieldListFilter))
    list_select_related = ("actor",)
    ordering = ("-sequence",)
    fields = ("sequence", "at", "who", "words", "details")
    readonly_fields = fields

    @admin.display(description="who")
    def who(self, event: AuditEvent) -> str:
        """The person's name, or what acted without one."""
        return str(event.actor) if event.actor else ACTORS[event.actor_kind]

    @admin.display(description="what")
    def words(self, event: AuditEvent) -> str:
        """What happened, as a practitioner would say it."""
        return event.words

    @admin.display(description="details")
    def details(self, event: AuditEvent) -> str:
        """Which fields changed; their content is not kept here."""
        fields = event.facts.get("fields")
        return ", ".join(str(name) for name in fields) if fields else ""
