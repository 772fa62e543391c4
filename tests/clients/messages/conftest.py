"""A kind of message for tests, a clock that stands still, and a real mail server that can be told to misbehave."""

import asyncio
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default

import pytest
from aiosmtpd.controller import Controller

from clients.messages.kinds import KINDS, Kind, Rendered
from clients.messages.services import drain
from tests.factories import NOON


def letter(message, at):
    return Rendered(
        subject="A note from your clinic",
        text=f"Dear {message.client.called}, open https://portal.test/follow-up/token-{message.pk}/",
        html=f"<html><body><p>Dear {message.client.called}</p><a href='/follow-up/token-{message.pk}/'>Open</a></body></html>",
        secrets=(f"token-{message.pk}",),
    )


@pytest.fixture(autouse=True)
def post_office(monkeypatch):
    """Only one kind exists, `followup`: it is always right and always renders."""
    monkeypatch.setattr("clients.messages.kinds.KINDS", KINDS)
    for name in list(KINDS):
        monkeypatch.delitem(KINDS, name)
    monkeypatch.setitem(KINDS, "followup", Kind("followup", "Follow-up", letter, lambda message, at: ""))


@pytest.fixture
def kind(monkeypatch):
    """kind(name, render=…, reason_to_skip=…) adds or replaces a kind for one test."""

    def replace(name="followup", render=letter, reason_to_skip=lambda message, at: "", **more):
        monkeypatch.setitem(KINDS, name, Kind(name, "Follow-up", render, reason_to_skip, **more))

    return replace


@dataclass
class Clock:
    """A clock that moves only when a test moves it."""

    now: object = NOON

    def __call__(self):
        return self.now

    def move(self, **by):
        from datetime import timedelta

        self.now += timedelta(**by)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def run_drain(clock):
    """run_drain() sends what is due at the clock's time."""
    return lambda limit=50: drain(worker="test", at=clock, limit=limit)


@dataclass
class Sink:
    """A mail server's mind: what it answers at each step, and what it has taken."""

    answers: dict = field(default_factory=dict)
    taken: list = field(default_factory=list)
    hang_up_after_data: bool = False
    silent_at_data: float = 0

    async def handle_MAIL(self, server, session, envelope, address, mail_options):
        if answer := self.answers.get("MAIL"):
            return answer
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if answer := self.answers.get("RCPT") or self.answers.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if answer := self.answers.get("DATA"):
            return answer
        self.taken.append(message_from_bytes(envelope.content, policy=default))
        if self.silent_at_data:
            await asyncio.sleep(self.silent_at_data)
        if self.hang_up_after_data:
            server.transport.abort()
        return "250 OK"

    @property
    def ids(self):
        return [str(mail["Message-ID"]) for mail in self.taken]


@pytest.fixture
def sink(settings):
    """A real mail server on a free port; Django sends to it."""
    mind = Sink()
    server = Controller(mind, hostname="127.0.0.1", port=0)
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = server.server.sockets[0].getsockname()[1]
    yield mind
    server.stop()
