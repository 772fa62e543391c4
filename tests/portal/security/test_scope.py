"""A query outside a clinic raises, whichever verb asks."""

import pytest
from django_scopes import scope, scopes_disabled
from django_scopes.exceptions import ScopeError

from clients.models import Client
from tests.factories import ClientFactory, ClinicFactory


@pytest.mark.django_db
@pytest.mark.parametrize(
    "ask",
    [
        lambda: Client.objects.all().count(),
        Client.objects.current,
        lambda: list(Client.objects.filter(pk=1)),
        lambda: Client.objects.update(notes=""),
        Client.objects.first,
        lambda: bool(Client.objects.exists()),
        lambda: list(Client.objects.exclude(pk=1)),
        lambda: list(Client.objects.in_bulk([1])),
        lambda: list(Client.objects.select_related("clinic")),
        lambda: list(Client.objects.distinct()),
        lambda: list(Client.objects.values_list("pk")),
    ],
)
def test_outside_a_clinic_every_query_raises(ask):
    with pytest.raises(ScopeError):
        ask()


@pytest.mark.django_db
def test_inside_a_clinic_only_its_rows_are_there():
    mine, theirs = ClientFactory(clinic=ClinicFactory()), ClientFactory(clinic=ClinicFactory())
    with scope(clinic=mine.clinic):
        assert list(Client.objects.current()) == [mine]
    with scopes_disabled():
        assert set(Client.objects.all()) == {mine, theirs}
