"""Fixtures that every test may use."""

from importlib import import_module

import pytest
from django.db import connection
from django.test import Client as Browser
from django_scopes import scope

from tests.factories import PASSWORD, ClinicFactory, MembershipFactory
from tests.servers import postgresql_url, redis_url


@pytest.fixture(autouse=True, scope="session")
def _flush_may_empty_the_audit_trail():
    """Between tests that commit, Django empties SQLite's tables by DELETE: for that alone the triggers step aside."""
    append_only = import_module("portal.migrations.0002_audit_append_only").SQLITE
    operations = type(connection.ops)
    sql_flush = operations.sql_flush

    def around(self, *args, **kwargs):
        drops = [f"DROP TRIGGER IF EXISTS {name}" for name in append_only]
        return [*drops, *sql_flush(self, *args, **kwargs), *append_only.values()]

    with pytest.MonkeyPatch.context() as patch:
        if connection.vendor == "sqlite":
            patch.setattr(operations, "sql_flush", around)
        yield


@pytest.fixture
def clinic(db):
    """A clinic whose scope is open for the length of the test."""
    clinic = ClinicFactory()
    with scope(clinic=clinic):
        yield clinic


@pytest.fixture
def practitioner(clinic):
    """A practitioner of the clinic (their membership)."""
    return MembershipFactory(clinic=clinic, role="practitioner")


@pytest.fixture
def owner(clinic):
    return MembershipFactory(clinic=clinic, role="owner")


@pytest.fixture
def front_desk(clinic):
    return MembershipFactory(clinic=clinic, role="front_desk")


@pytest.fixture
def signed_in():
    """signed_in(membership) gives Django's test browser, signed in as that person."""

    def sign_in(membership) -> Browser:
        browser = Browser()
        browser.force_login(membership.user, backend="portal.practice.backends.PracticeBackend")
        return browser

    return sign_in


__all__ = ["PASSWORD", "postgresql_url", "redis_url"]
