"""What the message log is narrowed by: time, message or step, and client."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.utils import timezone

from clients.messages.kinds import KINDS
from clients.messages.models import MessageQuerySet
from clients.records.models import Client
from portal.adminsite.ids import id_from

if TYPE_CHECKING:
    from django.http import HttpRequest


class WhenFilter(admin.SimpleListFilter):
    """What matters now, unless more is asked for: an email half a year ahead would hide the one of this afternoon."""

    title = "when"
    parameter_name = "when"
    near = timedelta(days=7)

    def lookups(self, request: "HttpRequest", model_admin: Any) -> list[tuple[str, str]]:
        """What lies further ahead, and all of it."""
        return [("later", "After the next 7 days"), ("all", "All")]

    def choices(self, changelist: Any) -> Any:
        """Django's choices, with the first called by its right name."""
        first, *others = super().choices(changelist)
        yield first | {"display": "So far and in the next 7 days"}
        yield from others

    def queryset(self, request: "HttpRequest", queryset: Any) -> MessageQuerySet:
        """The messages of the chosen time."""
        messages: MessageQuerySet = queryset
        if self.value() == "all":
            return messages
        until = timezone.now() + self.near
        return messages.filter(due_at__gt=until) if self.value() == "later" else messages.filter(due_at__lte=until)


class WhatFilter(admin.SimpleListFilter):
    """One kind of message, or one step of a kind that has steps."""

    title = "message"
    parameter_name = "what"

    def lookups(self, request: "HttpRequest", model_admin: Any) -> list[tuple[str, str]]:
        """Every kind by its title, each followed by its steps."""
        found = []
        for kind in KINDS.values():
            found.append((kind.name, kind.title))
            found += [(f"{kind.name}:{key}", f"{kind.title}: {title}") for key, title in (kind.steps or list)()]
        return found

    def queryset(self, request: "HttpRequest", queryset: Any) -> MessageQuerySet:
        """The messages of that kind and step. What no kind is called finds nothing."""
        messages: MessageQuerySet = queryset
        name, _colon, step = (self.value() or "").partition(":")
        if not name:
            return messages
        kind = KINDS.get(name)
        if kind is None or (step and kind.of_step is None):
            return messages.none()
        own = messages.filter(kind=name)
        return kind.of_step(own, step) if step and kind.of_step else own


class ClientFilter(admin.SimpleListFilter):
    """One client, chosen on their page; the list itself offers no list of clients."""

    title = "client"
    parameter_name = "client"

    def lookups(self, request: "HttpRequest", model_admin: Any) -> list[tuple[str, str]]:
        """The one who is chosen."""
        chosen = request.GET.get(self.parameter_name)
        client = Client.objects.filter(pk=id_from(chosen) or 0).first() if chosen else None
        return [(str(client.pk), str(client))] if client else [(chosen, "Nobody")] if chosen else []

    def queryset(self, request: "HttpRequest", queryset: Any) -> MessageQuerySet:
        """That client's messages."""
        messages: MessageQuerySet = queryset
        return messages.filter(client=id_from(self.value() or "") or 0) if self.value() else messages
