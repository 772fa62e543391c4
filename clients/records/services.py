"""What can be done with a client record: put it aside, take it back, close the links that the client was sent."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from clients.records.models import Client
from portal.audit.services import record
from portal.security.refusals import Refused

if TYPE_CHECKING:
    from portal.practice.models import User


class SessionStillOpen(Refused):
    """A session is booked or under way. Cancel or complete it first, then archive the client."""


class AlreadyArchived(Refused):
    """This client is archived already."""


class NotArchived(Refused):
    """This client is not archived."""


def why_not_archive(client: Client) -> str:
    """Why the client cannot be put aside now; "" when they can."""
    if Client.objects.with_open_session().filter(pk=client.pk).exists():
        return str(SessionStillOpen())
    return "" if client.archived_at is None else str(AlreadyArchived())


@transaction.atomic
def archive_client(*, client: Client, because: str = "", by: "User", at: datetime) -> None:
    """Put the client aside: off the list, no emails. `because` is an ArchivedBecause, or "" when nobody said.

    Raises SessionStillOpen or AlreadyArchived.
    """
    # The row is the lock that booking takes too: no session is booked while the client goes.
    Client.objects.held(client.pk)
    if Client.objects.with_open_session().filter(pk=client.pk).exists():
        raise SessionStillOpen
    if not Client.objects.current().filter(pk=client.pk).update(archived_at=at, archived_because=because):
        raise AlreadyArchived
    client.archived_at, client.archived_because = at, because
    # Not why: that somebody has died is personal, and the trail can never be made to forget it.
    record(clinic=client.clinic, action="client.archived", subject=client, at=at, by=by)


@transaction.atomic
def restore_client(*, client: Client, by: "User", at: datetime) -> None:
    """Put the client back on the list; why they were put aside goes. Raises NotArchived."""
    if not Client.objects.archived().filter(pk=client.pk).update(archived_at=None, archived_because=""):
        raise NotArchived
    client.archived_at, client.archived_because = None, ""
    record(clinic=client.clinic, action="client.restored", subject=client, at=at, by=by)


@transaction.atomic
def close_links(*, client: Client, by: "User", at: datetime) -> int:
    """Close every open link of the client, whatever it is for; how many there were. For a changed address."""
    closed = client.links.alive(at).update(revoked_at=at)  # links lie above: by name only
    if closed:
        record(clinic=client.clinic, action="client.links_closed", subject=client, at=at, by=by, links=closed)
    return closed
