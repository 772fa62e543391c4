"""What was signed does not change: through the ORM, in bulk, in SQL, in whatever table it was written down."""

from contextlib import contextmanager

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from tests.factories import (
    NOON,
    AmendmentFactory,
    ChartPointFactory,
    ClosingFactory,
    NumbingCreamFactory,
    OffLabelUseFactory,
    PhotographFactory,
    PlanFactory,
    SerumFactory,
    SessionFactory,
    SessionZoneFactory,
    SignedRecordFactory,
    SkinSignFactory,
)
from treatments.models import Amendment, Session, SignedRecord
from treatments.sessions.services.record import PARTS

LOCKED, PARTS_OF = "A signed record is never changed. Write an amendment.", {part.__name__: part for part in PARTS}
FACTORIES = {
    "SessionZone": SessionZoneFactory,
    "ChartPoint": ChartPointFactory,
    "OffLabelUse": OffLabelUseFactory,
    "NumbingCream": NumbingCreamFactory,
    "Serum": SerumFactory,
    "SkinSign": SkinSignFactory,
    "Closing": ClosingFactory,
}
# What may go on after a signature: what is asked, sent, photographed and amended stands beside the record.
NOT_OF_THE_RECORD = {
    *("Amendment", "Case", "Change", "Confirmation", "Enrolment", "Followup", "Photograph", "SessionDraft"),
    *("AsAmended", "LotTaken", "Rating", "SignedRecord"),
}


@contextmanager
def refused(sentence=LOCKED):
    with pytest.raises(IntegrityError, match=sentence), transaction.atomic():
        yield


@pytest.fixture
def session(clinic):
    return SessionFactory(plan=PlanFactory(clinic=clinic), number=1, ended_at=NOON, notes="Calm")


def whole(session):
    """A row of each table of the record, and then the signature."""
    rows = [factory(session=session) for factory in FACTORIES.values()]
    SignedRecordFactory(session=session)
    return rows


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def rows_like(row):
    return type(row)._base_manager.filter(pk=row.pk)


DOORS = {
    "save": lambda row: row.save(),
    "save_one_field": lambda row: row.save(update_fields=["clinic"]),
    "update": lambda row: rows_like(row).update(clinic=row.clinic),
    "bulk_update": lambda row: type(row)._base_manager.bulk_update([row], ["clinic"]),
    "sql": lambda row: sql(f"UPDATE {row._meta.db_table} SET clinic_id = clinic_id WHERE id = %s", row.pk),
    "delete": lambda row: rows_like(row).delete(),
    "raw_delete": lambda row: rows_like(row)._raw_delete(using="default"),
    "sql_delete": lambda row: sql(f"DELETE FROM {row._meta.db_table} WHERE id = %s", row.pk),
}


@pytest.mark.parametrize("door", DOORS)
def test_nothing_of_a_signed_record_is_changed_or_deleted(session, door):
    rows = whole(session)
    for row in rows:
        with refused():
            DOORS[door](row)


@pytest.mark.parametrize("door", [name for name in DOORS if name != "delete"])
def test_the_signed_session_itself_is_not_changed_or_deleted(session, door):
    whole(session)
    with refused():
        DOORS[door](session)


@pytest.mark.parametrize("column", [field.column for field in Session._meta.concrete_fields])
def test_no_column_of_a_signed_session_changes(session, column):
    whole(session)
    with refused():
        sql(f"UPDATE treatments_session SET {column} = {column} WHERE id = %s", session.pk)


@pytest.mark.parametrize("name", FACTORIES)
def test_nothing_is_added_to_a_signed_record_nor_moved_into_it(session, name):
    SignedRecordFactory(session=session)
    with refused():
        FACTORIES[name](session=session)
    elsewhere = FACTORIES[name](session=SessionFactory(plan=session.plan, number=2, ended_at=NOON))
    with refused():
        PARTS_OF[name]._base_manager.filter(pk=elsewhere.pk).update(session=session)
    elsewhere.save()  # what is not signed goes on changing


def test_the_signature_and_the_amendments_never_change(session):
    rows = [SignedRecordFactory(session=session), AmendmentFactory(session=session)]
    for row in rows:
        for door in DOORS.values():
            with refused():
                door(row)


def test_only_a_completed_session_is_signed_and_only_a_signed_one_amended(session):
    with refused("Only a completed session is signed."):
        SignedRecordFactory(session=SessionFactory(plan=session.plan, number=2))
    with refused("Only a signed record is amended."):
        AmendmentFactory(session=session)


def test_photographs_are_still_added_after_the_signature(session):
    SignedRecordFactory(session=session)
    PhotographFactory(session=session)
    assert session.photographs.count() == 1


def test_every_table_of_a_session_is_locked_or_named_as_not_of_the_record():
    of_sessions = {
        model.__name__
        for model in apps.get_app_config("treatments").get_models()
        if any(field.related_model is Session for field in model._meta.concrete_fields)
    }
    assert of_sessions - NOT_OF_THE_RECORD == set(PARTS_OF) == set(FACTORIES)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite replaces rows without deleting them")
def test_no_row_takes_the_place_of_a_signed_one(session):
    rows = [session, *whole(session)]
    for row in [*rows, session.signed]:
        columns = ", ".join(field.column for field in row._meta.concrete_fields)
        with refused():
            table = row._meta.db_table
            sql(f"INSERT OR REPLACE INTO {table} ({columns}) SELECT {columns} FROM {table} WHERE id = %s", row.pk)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no TRUNCATE")
@pytest.mark.parametrize("model", [*PARTS, SignedRecord, Amendment])
def test_no_table_of_the_record_is_emptied(session, model):
    whole(session)
    sql("SET CONSTRAINTS ALL IMMEDIATE")  # else PostgreSQL refuses because of foreign keys that wait to be checked
    with refused():
        sql(f"TRUNCATE {model._meta.db_table} CASCADE")
