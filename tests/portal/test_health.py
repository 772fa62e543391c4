"""What a watcher of the site is told."""

import pytest
from django.db import OperationalError
from django.test import Client as Browser

from portal import health


@pytest.fixture(autouse=True)
def pulse(monkeypatch):
    """Nothing was found before."""
    monkeypatch.setattr(health, "pulse", health.Pulse())
    return health.pulse


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


def test_asking_often_costs_nothing(db, settings, django_assert_num_queries):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    first = Browser().get("/readyz").json()
    with django_assert_num_queries(0):
        assert [Browser().get("/readyz").json() for _ in range(5)] == [first] * 5


def test_an_answer_holds_a_few_seconds(db, parts, monkeypatch):
    clock = [1000.0]
    monkeypatch.setattr(health.time, "monotonic", lambda: clock[0])
    found = []
    for broker, seconds in ((True, 0), (False, 1), (False, health.SECONDS_AN_ANSWER_HOLDS)):
        parts["broker"] = lambda broker=broker: broker
        clock[0] += seconds
        found.append(Browser().get("/readyz").status_code)
    assert found == [200, 200, 503]


def test_the_migrations_are_read_until_they_are_all_there(db, monkeypatch):
    plans = [["one is missing"], []]
    monkeypatch.setattr(health.MigrationExecutor, "migration_plan", lambda *_: plans.pop(0))
    assert [health.PARTS["migrations"]() for _ in range(4)] == [False, True, True, True]


def test_whoever_asks_meanwhile_gets_what_was_found_before(pulse, parts):
    pulse.take()
    pulse._found_at -= health.SECONDS_AN_ANSWER_HOLDS
    meanwhile = []
    parts["broker"] = lambda: bool(meanwhile.append(pulse.take()["broker"]))
    assert (pulse.take()["broker"], meanwhile) == (False, [True])


def test_an_old_answer_is_not_given_as_ready(pulse, parts, monkeypatch):
    clock = [1000.0]
    monkeypatch.setattr(health.time, "monotonic", lambda: clock[0])
    pulse.take()
    answers = []
    with pulse._asking:  # somebody asks, and gets no answer
        for seconds in (10, 1):
            clock[0] += seconds
            answer = Browser().get("/readyz")
            answers.append((answer.status_code, set(answer.json().values())))
    assert answers == [(200, {True}), (503, {False})]
    assert Browser().get("/readyz").status_code == 200


@pytest.mark.servers
def test_the_real_broker_is_asked(db, settings, redis_url):
    settings.CELERY_BROKER_URL = redis_url
    assert Browser().get("/readyz").json()["broker"] is True


def test_nothing_can_be_posted(db):
    assert [Browser().post(path).status_code for path in ("/healthz", "/readyz")] == [405, 405]


def test_a_watcher_is_not_redirected_to_https(db, settings):
    settings.SECURE_SSL_REDIRECT = True
    assert Browser().get("/healthz").status_code == 200
