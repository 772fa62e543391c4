"""The database itself keeps the audit trail as it is."""

import pytest
from django.db import DatabaseError, connection, transaction

from portal.audit.models import AuditEvent, AuditHead
from portal.audit.services import record
from tests.factories import NOON

TABLE, HEADS = AuditEvent._meta.db_table, AuditHead._meta.db_table


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


@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE {HEADS} SET sequence = 0, hash = ''",
        f"UPDATE {HEADS} SET hash = 'forged'",
        f"UPDATE {HEADS} SET clinic_id = 999999",
        f"DELETE FROM {HEADS}",
    ],
)
def test_no_statement_moves_the_end_back(event, statement):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AuditHead.objects.values_list("sequence", "hash").get() == (1, event.hash)


@pytest.mark.parametrize("table", [TABLE, HEADS])
def test_nothing_is_emptied_at_a_stroke(event, table):
    empty = f"DELETE FROM {table}"
    if connection.vendor == "postgresql":
        empty = f"SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE {table} CASCADE"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(empty)
    assert (AuditEvent.objects.count(), AuditHead.objects.count()) == (1, 1)


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
