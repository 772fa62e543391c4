from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from clients.models import Client
from clients.records.services import AlreadyArchived, NotArchived, SessionStillOpen, archive_client, restore_client
from portal.models import AuditEvent
from tests.factories import NOON, ClientFactory, SessionFactory


def actions():
    return list(AuditEvent.objects.order_by("sequence").values_list("action", flat=True))


def test_an_archived_client_leaves_the_list_and_comes_back(clinic, owner):
    client = ClientFactory(clinic=clinic)
    archive_client(client=client, by=owner.user, at=NOON)
    assert list(Client.objects.current()) == []
    restore_client(client=client, by=owner.user, at=NOON)
    assert list(Client.objects.current()) == [client]
    assert actions() == ["client.archived", "client.restored"]


def test_why_a_client_was_archived_is_kept_with_the_record_alone_until_they_are_restored(clinic, owner):
    client = ClientFactory(clinic=clinic)
    archive_client(client=client, because="deceased", by=owner.user, at=NOON)
    kept = Client.objects.get(pk=client.pk)
    assert (kept.archived_because, kept.archived_at) == ("deceased", NOON)
    restore_client(client=client, by=owner.user, at=NOON)
    kept.refresh_from_db()
    assert (kept.archived_because, kept.archived_at) == ("", None)
    assert [event.facts for event in AuditEvent.objects.filter(action__startswith="client.")] == [{}, {}]


@pytest.mark.parametrize(("state", "started"), [("booked", {}), ("in_progress", {"started_at": NOON})])
def test_a_client_with_an_open_session_is_not_archived(clinic, owner, state, started):
    by = {"started_by": owner.user} if started else {}
    session = SessionFactory(plan__client__clinic=clinic, state=state, **started, **by)
    with pytest.raises(SessionStillOpen, match="Cancel or complete it first"):
        archive_client(client=session.client, by=owner.user, at=NOON)
    assert (list(Client.objects.archived()), actions()) == ([], [])


def test_archiving_twice_or_restoring_a_current_client_is_refused(clinic, owner):
    client = ClientFactory(clinic=clinic)
    with pytest.raises(NotArchived):
        restore_client(client=client, by=owner.user, at=NOON)
    archive_client(client=client, by=owner.user, at=NOON)
    with pytest.raises(AlreadyArchived):
        archive_client(client=client, by=owner.user, at=NOON)
    assert actions() == ["client.archived"]


def test_the_database_refuses_a_birth_before_1900(clinic):
    client = ClientFactory(clinic=clinic)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE clients_client SET date_of_birth = '1899-12-31' WHERE id = %s", [client.pk])
    client.refresh_from_db()
    assert client.date_of_birth == date(1985, 5, 17)
