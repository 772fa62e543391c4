"""Senders in a process of their own, so that a test can kill them: seed, drain until nothing is due, or a duel."""

import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import django

django.setup()  # before anything that needs tables

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402
from django_scopes import scope  # noqa: E402

from clients.messages.kinds import Kind, Rendered, register  # noqa: E402
from clients.messages.models import Message  # noqa: E402
from clients.messages.services import cancel_messages, drain  # noqa: E402
from portal.practice.models import Clinic  # noqa: E402
from tests.factories import ClientFactory, ClinicFactory, MessageFactory  # noqa: E402


def letter(message, at):
    return Rendered(subject="A note", text="Hello", html="<p>Hello</p>")


settings.EMAIL_TIMEOUT = 120  # a busy machine is no silent mail server
register(Kind("killable", "A note", letter, lambda *_: ""))
register(Kind("unwanted", "A note", letter, lambda *_: "Not right any more."))


def seed(count):
    call_command("migrate", verbosity=0)
    clinic = ClinicFactory()
    now = timezone.now()
    with scope(clinic=clinic):
        client = ClientFactory(clinic=clinic)
        for number in range(count):
            MessageFactory(client=client, kind="killable", due_at=now, message_id=f"<{number}@collagenda.localhost>")


def drain_all(minutes_ahead):
    def clock():
        return timezone.now() + timedelta(minutes=minutes_ahead)

    while drain(worker="test", at=clock, limit=5):
        pass


def duel(rounds):
    """In each round one thread withdraws what the other was about to send and finds not right any more."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    clinic = Clinic.objects.get()
    with scope(clinic=clinic), ThreadPoolExecutor(2) as threads:
        client = ClientFactory(clinic=clinic)
        for number in range(rounds):
            keys = [f"duel:{number}:{each}" for each in range(8)]
            messages = [MessageFactory(client=client, kind="unwanted", key=key, due_at=timezone.now()) for key in keys]
            ids = [message.pk for message in messages]
            for done in [threads.submit(withdraw, clinic, ids), threads.submit(drain_all, 0)]:
                done.result()
        left = Message.objects.exclude(state__in=["skipped", "cancelled"]).filter(client=client)
        assert not left.exists()


def withdraw(clinic, ids):
    with scope(clinic=clinic):
        cancel_messages(messages=Message.objects.filter(pk__in=ids), why="Withdrawn.", at=timezone.now())


if __name__ == "__main__":
    {"seed": seed, "drain": drain_all, "duel": duel}[sys.argv[1]](int(sys.argv[2]))
