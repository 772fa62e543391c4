"""Wake up, and send what is due."""

import os
import socket

from celery import shared_task
from django.utils import timezone
from django_scopes import scopes_disabled

from clients.messages import services
from clients.messages.models import Message

BATCH = 50


@shared_task(name="clients.messages.tick")
def tick() -> None:
    """Start a drain when there is something to do. One query when there is nothing."""
    with scopes_disabled():  # the post office serves every clinic
        waiting = Message.objects.work(timezone.now()).exists()
    if waiting:
        drain.apply_async(expires=60)


@shared_task(name="clients.messages.drain")
def drain() -> None:
    """Send one batch; when it was full, more may be due, so another drain follows."""
    worker = f"{socket.gethostname()}:{os.getpid()}"
    if services.drain(worker=worker, at=timezone.now, limit=BATCH) == BATCH:
        drain.apply_async(expires=60)
