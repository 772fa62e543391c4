"""Never forget the clinic: a table's manager that raises ScopeError outside a clinic."""

from functools import cache
from typing import Any, TypeVar

from django.db import models
from django_scopes import get_scope
from django_scopes.manager import DisabledQuerySet

Row_co = TypeVar("Row_co", bound=models.Model, covariant=True)


class ClinicManager(models.Manager[Row_co]):
    """Narrowed to the open clinic; outside one, every query raises ScopeError.

    django_scopes.ScopedManager does the same, but its class is made at run time: type checkers cannot see through
    it, and a queryset's own verbs would end in AttributeError instead of ScopeError.
    """

    def get_queryset(self) -> models.QuerySet[Row_co]:
        """The open clinic's rows; all rows inside scopes_disabled()."""
        opened = get_scope()
        if not opened.get("_enabled", True):
            return super().get_queryset()
        if "clinic" not in opened:
            everything = super().get_queryset()
            return _refusing(type(everything))(self.model, using=self._db, missing_scopes={"clinic"})  # type: ignore[no-any-return]
        return super().get_queryset().filter(clinic=opened["clinic"])


@cache
def _refusing(queryset: type[Any]) -> Any:
    """The queryset with every way to the database barred."""
    missed_by_the_library = dict.fromkeys(("exists", "contains", "explain", "bulk_update"), DisabledQuerySet.error)
    return type(f"Refusing{queryset.__name__}", (DisabledQuerySet, queryset), missed_by_the_library)
