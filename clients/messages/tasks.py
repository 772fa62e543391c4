"""Wake up, and send what is due."""

import os
import socket
import threading
import time
from datetime import timedelta
from typing import Any

from celery import shared_task
from celery.signals import worker_process_init, worker_ready
from django.conf import settings
from django.db import connections
from django.utils import timezone
from django_scopes import scopes_disabled

from clients.messages import office, services, silence

BATCH = 800
FEW = 20  # a connection to a server far away sends so many in a second: for more, another one helps
LASTING = timedelta(seconds=10)  # a drain that has more to do lets other tasks go first, then
LAST = 9  # of Celery's priorities on Redis: whoever waits for a password waits behind no drain


@worker_process_init.connect
@worker_ready.connect
def take_the_place(**_told: Any) -> None:
    """A new process often follows one that was killed: what that one had sent is told before its lease is over."""
    try:
        services.tell_of_the_dead()
    finally:
        connections.close_all()  # what forks from this one, and Celery's own care for a new process, finds none open


@shared_task(name="clients.messages.tick")
def tick() -> None:
    """Start as many drains as there is work for, up to MAIL_CONNECTIONS. One query when there is nothing."""
    with scopes_disabled():  # the post office serves every clinic
        waiting = office.tick(timezone.now(), most=settings.MAIL_CONNECTIONS * FEW)
    for _each in range(-(-waiting // FEW)):
        drain.apply_async(expires=60, priority=LAST)


@shared_task(name="clients.messages.drain")
def drain() -> None:
    """Send what is due, for a while; when there is more, another drain follows."""
    worker = f"{socket.gethostname()}:{os.getpid()}:{threading.get_ident() % 10000}"
    started = time.monotonic()
    services.drain(worker=worker, at=timezone.now, limit=BATCH, lasting=LASTING)
    if time.monotonic() - started >= LASTING.total_seconds():
        drain.apply_async(expires=60, priority=LAST)


@shared_task(name="clients.messages.watch")
def watch() -> None:
    """Is something due while nothing leaves? The dead-man address hears of us only while all is well."""
    if not silence.watch(timezone.now()):
        silence.show_life()
