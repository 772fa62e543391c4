"""Fixtures that every test may use."""

from importlib import import_module
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test import override_settings
from django_scopes import scope

from clients.messages.wordings import KNOWN
from tests.factories import PASSWORD, ClinicFactory, MembershipFactory
from tests.order import (
    pytest_collection_finish,
    pytest_collection_modifyitems,
    pytest_fixture_setup,
    pytest_xdist_make_scheduler,
)
from tests.servers import postgresql_server, postgresql_url, redis_url
from tests.tables import lay_tables


@pytest.fixture(scope="session")
def django_db_keepdb(request, django_db_modify_db_settings):
    """On SQLite Django finds the tables laid, applies what is missing (nothing), and leaves the file to us."""
    if connection.vendor != "sqlite" or request.config.getvalue("reuse_db"):
        yield request.config.getvalue("reuse_db")
        return
    name = connection.settings_dict["TEST"]["NAME"]
    lay_tables(Path(name))
    yield True
    connection.close()
    for part in ("", "-wal", "-shm"):
        Path(f"{name}{part}").unlink(missing_ok=True)


@pytest.fixture(autouse=True, scope="session")
def _flush_may_empty_what_never_changes():
    """Between tests that commit, Django empties the tables: for that alone the triggers step aside."""
    lifted, back = _triggers_on(connection.vendor)
    operations = type(connection.ops)
    sql_flush = operations.sql_flush

    def around(self, *args, **kwargs):
        return [*lifted, *sql_flush(self, *args, **kwargs), *back]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "sql_flush", around)
        yield


@pytest.fixture(autouse=True, scope="session")
def _journals_of_its_own(tmp_path_factory):
    """What a drain leaves behind is found by no other run."""
    with override_settings(JOURNAL_DIR=tmp_path_factory.mktemp("leaving")):
        yield


NEVER_CHANGES = (
    "portal.migrations.0002_audit_append_only",
    "portal.migrations.0004_audit_head",
    "treatments.migrations.0008_consents_never_change",
    "treatments.migrations.0009_versions_never_change",
    "treatments.migrations.0016_care_versions_never_change",
    "treatments.migrations.0019_outdated_consents_may_be_replaced",  # after 0008, one of whose triggers it changes
    "treatments.migrations.0021_protocols_never_change",
    "treatments.migrations.0029_signed_sessions_are_locked",
    "treatments.migrations.0032_charts",
    "treatments.migrations.0034_case_entries_never_change",
    "treatments.migrations.0038_ratings_never_change",
    "clients.migrations.0010_wordings_and_fewer_links",
)


def _triggers_on(vendor: str) -> tuple[list[str], list[str]]:
    """The statements that lift the triggers of what never changes, and those that put them back."""
    modules = [import_module(name) for name in NEVER_CHANGES]
    if vendor == "sqlite":
        triggers = {name: statement for module in modules for name, statement in module.SQLITE.items()}
        return [f"DROP TRIGGER IF EXISTS {name}" for name in triggers], list(triggers.values())
    listed = [module.POSTGRESQL for module in modules if isinstance(module.POSTGRESQL, tuple)]
    truncate = [(name, table) for rows in listed for name, table, when, _each in rows if "TRUNCATE" in when]
    return (
        [f"ALTER TABLE {table} DISABLE TRIGGER {name}" for name, table in truncate],
        [f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}" for name, table in truncate],
    )


@pytest.fixture(autouse=True)
def _no_wording_is_known():
    """What this process knows to be written down went with the rows of the test before."""
    KNOWN.clear()


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


__all__ = [
    "PASSWORD",
    "postgresql_server",
    "postgresql_url",
    "pytest_collection_finish",
    "pytest_collection_modifyitems",
    "pytest_fixture_setup",
    "pytest_xdist_make_scheduler",
    "redis_url",
]
