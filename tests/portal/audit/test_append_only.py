"""The database itself keeps the audit trail as it is."""

import pytest
from django.db import DatabaseError, connection, transaction

from portal.audit.models import AuditEvent
from portal.audit.services import record
from tests.factories import NOON

TABLE = AuditEvent._meta.db_table


@pytest.fixture
def event(clinic):
    return record(clinic=clinic, action="clinic.changed", subject=clinic, at=NOON)


@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE {TABLE} SET action = 'clinic.forged'",
        f"UPDATE {TABLE} SET at = at",
        f"DELETE FROM {TABLE}",
    ],
)
def test_no_statement_changes_or_deletes_an_event(event, statement):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert list(AuditEvent.objects.values_list("action", flat=True)) == ["clinic.changed"]


def test_no_event_is_replaced(event):
    columns = [field.column for field in AuditEvent._meta.fields]
    copy = f"INSERT OR REPLACE INTO {TABLE} ({', '.join(columns)}) SELECT {', '.join(columns)} FROM {TABLE}"
    if connection.vendor == "postgresql":
        copy = copy.replace("INSERT OR REPLACE", "INSERT") + " ON CONFLICT (id) DO UPDATE SET action = 'clinic.forged'"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(copy)


def test_the_orm_cannot_either(event):
    event.action = "clinic.forged"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        event.save()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        event.delete()
