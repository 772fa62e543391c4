"""What the list of cases can be narrowed to."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

OPEN, OVERDUE, CLOSED = "open", "overdue", "closed"


class WhereItStands(admin.SimpleListFilter):
    """Open, overdue, or closed."""

    title = "where it stands"
    parameter_name = "stands"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The three."""
        return [(OPEN, "Open"), (OVERDUE, "Overdue"), (CLOSED, "Closed")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those that stand so."""
        found = {
            OPEN: queryset.filter(closed_at=None),
            OVERDUE: queryset.filter(closed_at=None, call_by__lte=timezone.now()),
            CLOSED: queryset.exclude(closed_at=None),
        }
        return found.get(str(self.value()), queryset)
