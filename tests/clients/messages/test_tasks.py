"""What beat wakes up."""

from datetime import timedelta

import pytest
from celery import current_app
from django.utils import timezone

from clients.messages import tasks
from clients.messages.models import OfficeState
from tests.factories import ClientFactory, MessageFactory


@pytest.fixture
def drains(monkeypatch):
    """How many drains were started."""
    started = []
    monkeypatch.setattr(tasks.drain, "apply_async", lambda **how: started.append(how))
    return started


def due_now(clinic, **more):
    now = timezone.now()
    return MessageFactory(client=ClientFactory(clinic=clinic), due_at=now, send_by=now + timedelta(days=1), **more)


def test_the_worker_knows_both_tasks():
    current_app.loader.import_default_modules()
    assert {"clients.messages.tick", "clients.messages.drain"} <= set(current_app.tasks)


def test_a_tick_with_nothing_due_is_one_query_and_starts_nothing(clinic, drains, django_assert_num_queries):
    with django_assert_num_queries(1):
        tasks.tick()
    assert drains == []


def test_a_tick_with_something_due_starts_a_drain_behind_all_other_tasks(clinic, drains):
    due_now(clinic)
    tasks.tick()
    assert drains == [{"expires": 60, "priority": 9}]


@pytest.mark.parametrize(("due", "started"), [(2, 1), (3, 2), (9, 3)])
def test_a_tick_starts_as_many_drains_as_there_is_work_for_and_connections(
    clinic, drains, monkeypatch, settings, due, started
):
    monkeypatch.setattr(tasks, "FEW", 2)
    settings.MAIL_CONNECTIONS = 3
    for _each in range(due):
        due_now(clinic)
    tasks.tick()
    assert len(drains) == started


def test_a_tick_writes_down_when_it_was(clinic, drains):
    before = timezone.now()
    tasks.tick()
    tasks.tick()
    assert before <= OfficeState.objects.get().last_tick_at <= timezone.now()


def test_a_tick_starts_a_drain_for_what_a_dead_worker_left(clinic, drains):
    due_now(clinic, state="sending", claimed_by="dead", claimed_until=timezone.now())
    tasks.tick()
    assert len(drains) == 1


def test_a_tick_starts_a_drain_for_what_is_held_since_before_the_clock_was_set_back(clinic, drains):
    due_now(clinic, state="claimed", claimed_by="dead", claimed_until=timezone.now() + timedelta(hours=1))
    tasks.tick()
    assert len(drains) == 1


def test_a_drain_goes_on_while_batches_are_full(clinic, drains, monkeypatch, mailoutbox):
    monkeypatch.setattr(tasks, "BATCH", 1)
    for _each in range(3):
        due_now(clinic)
    tasks.drain()
    assert (len(mailoutbox), drains) == (3, [])


def test_a_drain_whose_time_is_over_is_followed_by_another(clinic, drains, monkeypatch, mailoutbox):
    monkeypatch.setattr(tasks, "BATCH", 1)
    monkeypatch.setattr(tasks, "LASTING", timedelta(0))
    for _each in range(3):
        due_now(clinic)
    tasks.drain()
    assert (len(mailoutbox), len(drains)) == (1, 1)
