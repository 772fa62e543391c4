"""Never forget the clinic: a table's manager that raises ScopeError outside a clinic."""

from typing import TYPE_CHECKING, TypeVar

from django.db import models
from django_scopes import ScopedManager

if TYPE_CHECKING:
    Row = TypeVar("Row", bound=models.Model)

    class ClinicManager(models.Manager[Row]):
        """Narrowed to the open clinic; outside one, every query raises ScopeError."""
else:
    # ScopedManager makes an instance; its class is what from_queryset and the type checker can work with.
    ClinicManager = type(ScopedManager(clinic="clinic"))
