"""What the address of a list may ask: what the list offers to this very person, and nothing else."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import get_fields_from_path
from django.contrib.admin.views.main import ERROR_FLAG
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin

LONGEST = 1000  # characters; a search of thousands of words is more than SQLite can parse


class ClosedList(ModelAdmin):
    """Django lets an address filter by any column; that would read out, letter by letter, what no page shows."""

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Only the parameters that this person's own filters are made of."""
        return lookup in self._offered(request)

    def _offered(self, request: HttpRequest) -> Iterator[str | None]:
        chosen: Any
        for chosen in self.get_list_filter(request):
            if isinstance(chosen, type) and issubclass(chosen, admin.SimpleListFilter):
                yield chosen.parameter_name
                continue
            name, made = chosen if isinstance(chosen, tuple) else (chosen, admin.FieldListFilter.create)
            field = get_fields_from_path(self.model, name)[-1]
            yield from made(field, request, {}, self.model, self, field_path=name).expected_parameters()

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Django's list; raises SuspiciousOperation, the 400 page, for an address that no page of ours leads to."""
        texts = [text for name, values in request.GET.lists() for text in (name, *values)]
        if len(request.META.get("QUERY_STRING", "")) > LONGEST or any("\0" in text for text in texts):
            raise SuspiciousOperation("A list was asked in a way that no page does")
        try:
            return super().get_changelist_instance(request)
        except OverflowError as odd:  # a date that is none in the database's time zone
            raise SuspiciousOperation("A list was asked for a date that cannot be") from odd
        except IncorrectLookupParameters as odd:
            if ERROR_FLAG in request.GET:  # Django has led back to the bare list already
                raise SuspiciousOperation("A list was asked in a way that no page does") from odd
            raise
