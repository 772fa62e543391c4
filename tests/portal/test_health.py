"""What a watcher of the site is told."""

import pytest
from django.db import OperationalError
from django.test import Client as Browser

from portal import health


@pytest.fixture
def parts(monkeypatch):
    """All parts answer, until the test says otherwise."""
    found = {"database": lambda: True, "migrations": lambda: True, "broker": lambda: True}
    monkeypatch.setattr(health, "PARTS", found)
    return found


def fail(fault: Exception):
    def ask():
        raise fault

    return ask


def test_up_needs_neither_database_nor_broker(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = Browser().get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok")


def test_ready_when_everything_answers(db, parts):
    answer = Browser().get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"database": True, "migrations": True, "broker": True})


@pytest.mark.parametrize("fault", [OperationalError("no"), ConnectionRefusedError("no")])
def test_not_ready_names_the_part_and_nothing_else(db, parts, fault, caplog):
    parts["broker"] = fail(fault)
    answer = Browser().get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"database": True, "migrations": True, "broker": False})


def test_the_real_database_is_asked(db, settings):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    answer = Browser().get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"database": True, "migrations": True, "broker": False})


@pytest.mark.servers
def test_the_real_broker_is_asked(db, settings, redis_url):
    settings.CELERY_BROKER_URL = redis_url
    assert Browser().get("/readyz").json()["broker"] is True


def test_nothing_can_be_posted(db):
    assert [Browser().post(path).status_code for path in ("/healthz", "/readyz")] == [405, 405]


def test_a_watcher_is_not_redirected_to_https(db, settings):
    settings.SECURE_SSL_REDIRECT = True
    assert Browser().get("/healthz").status_code == 200
