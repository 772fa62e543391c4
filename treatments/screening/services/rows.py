"""One screening as it is now, held until the transaction ends."""

from clients.records.models import Client
from portal.security.refusals import Refused
from treatments.screening.models import Screening
from treatments.screening.terms import State


def locked(screening: Screening, otherwise: type[Refused], *expected: State) -> Screening:
    """The row as it is now, held until the transaction ends; `otherwise` is raised unless its state is expected."""
    Client.objects.held(screening.client_id)
    row = (
        Screening.objects.select_for_update(of=("self",), no_key=True)
        .select_related("clinic", "client")
        .filter(pk=screening.pk, state__in=expected)
        .first()
    )
    if row is None:
        raise otherwise
    return row
