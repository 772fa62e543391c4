"""A sender in a process of its own, so that a test can kill it: seed, or drain until nothing is due."""

import sys
from datetime import timedelta

import django

django.setup()  # before anything that needs tables

from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402
from django_scopes import scope  # noqa: E402

from clients.messages.kinds import Kind, Rendered, register  # noqa: E402
from clients.messages.services import drain  # noqa: E402
from tests.factories import ClientFactory, ClinicFactory, MessageFactory  # noqa: E402


def letter(message, at):
    return Rendered(subject="A note", text="Hello", html="<p>Hello</p>")


register(Kind("killable", "A note", letter, lambda *_: ""))


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


if __name__ == "__main__":
    {"seed": seed, "drain": drain_all}[sys.argv[1]](int(sys.argv[2]))
