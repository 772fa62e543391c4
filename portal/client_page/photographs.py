"""A client's photographs through time, for their page: one view of them, and the way to the others."""

from dataclasses import dataclass, field

from clients.records.models import Client
from portal.practice.models import User
from treatments.outcomes.admin.panel import rate_url
from treatments.outcomes.services import to_rate
from treatments.photos.admin.cures import Hidden, why_hidden
from treatments.photos.models import Photograph
from treatments.photos.services import of_client, strip
from treatments.photos.terms import View

MOST = 12  # the latest; the rest is a click away


@dataclass(frozen=True)
class Strip:
    """The view that most was photographed of, the earliest first; or why none are shown."""

    hidden: Hidden | None = None
    view: View | None = None
    row: list[Photograph] = field(default_factory=list)
    more: int = 0  # how many photographs there are besides
    rate: str = ""  # where the first results are rated that nobody has rated yet


def strip_of(client: Client, user: User) -> Strip | None:
    """None for those who may not see any."""
    if not user.has_perm("treatments.view_photograph"):
        return None
    hidden = why_hidden(client, user)
    every = [] if hidden else of_client(client)
    if not every:
        return Strip(Hidden(hidden.why) if hidden else None)  # to ask there is a button in the panel of consents
    view, row = max(strip(every), key=lambda pair: len(pair[1]))
    shown = row[-MOST:]
    pairs = to_rate(client, every) if user.has_perm("treatments.add_rating") else []
    rate = rate_url(pairs[0].before, pairs[0].after) if pairs else ""
    return Strip(view=view, row=shown, more=len(every) - len(shown), rate=rate)
