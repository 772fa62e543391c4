"""Moments from PostgreSQL are read quickly, and are the same."""

from datetime import UTC, datetime, timedelta, timezone

import psycopg
import pytest
from django.db import DataError, connection
from hypothesis import given
from hypothesis import strategies as st
from psycopg.types.datetime import TimestamptzLoader

from portal.security.moments import MomentLoader

OURS, THEIRS = MomentLoader(0), TimestamptzLoader(0)
FIRST, LAST = datetime(1, 1, 3), datetime(9999, 12, 29)  # noqa: DTZ001  hypothesis wants its bounds without a zone
ZONES = st.integers(-15 * 60, 15 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


def as_postgresql_says(moment):
    said = moment.isoformat(sep=" ")
    return said.removesuffix(":00") if said.count(":") == 3 else said


@given(st.datetimes(FIRST, LAST, timezones=ZONES))
def test_they_are_what_psycopg_makes_of_them(moment):
    said = as_postgresql_says(moment).encode()
    ours = OURS.load(said)
    assert (ours, ours, ours.tzinfo) == (THEIRS.load(said), moment, UTC)


@pytest.mark.parametrize("fraction", ["", ".5", ".12", ".123", ".1234", ".12345", ".123456"])
def test_a_fraction_has_as_many_digits_as_it_needs(fraction):
    said = f"2026-06-01 12:00:00{fraction}+00".encode()
    assert OURS.load(memoryview(said)) == THEIRS.load(said)


@pytest.mark.parametrize("said", [b"infinity", b"-infinity", b"0044-03-15 12:00:00+00 BC", b"20000-01-01 00:00:00+00"])
def test_what_python_cannot_say_is_refused_as_before(said):
    with pytest.raises(psycopg.DataError):
        OURS.load(said)


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no moments of its own")
def test_every_connection_reads_them_so():
    with connection.cursor() as cursor:
        cursor.execute("SELECT timestamptz '2026-06-01 12:00:00.5+02', NULL::timestamptz")
        assert cursor.fetchone() == (datetime(2026, 6, 1, 10, 0, 0, 500_000, UTC), None)
        found = cursor.connection.adapters.get_loader(psycopg.adapters.types["timestamptz"].oid, psycopg.pq.Format.TEXT)
        assert found is MomentLoader
        cursor.execute("SELECT timestamptz 'infinity'")
        with pytest.raises(DataError):
            cursor.fetchone()
