"""What beat wakes up."""

from datetime import timedelta

import pytest
from celery import current_app
from django.utils import timezone

from clients.messages import tasks
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


def test_a_tick_with_something_due_starts_a_drain(clinic, drains):
    due_now(clinic)
    tasks.tick()
    assert drains == [{"expires": 60}]


def test_a_tick_starts_a_drain_for_what_a_dead_worker_left(clinic, drains):
    due_now(clinic, state="sending", claimed_by="dead", claimed_until=timezone.now())
    tasks.tick()
    assert len(drains) == 1


def test_a_full_batch_is_followed_by_another_drain(clinic, drains, monkeypatch, mailoutbox):
    monkeypatch.setattr(tasks, "BATCH", 1)
    due_now(clinic)
    tasks.drain()
    tasks.drain()
    assert (len(drains), len(mailoutbox)) == (1, 1)
