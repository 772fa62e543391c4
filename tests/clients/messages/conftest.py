"""A kind of message for tests, a clock that stands still, and a real mail server that can be told to misbehave."""

import asyncio
import socket
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from aiosmtpd.controller import Controller

from clients.messages.delivery import statements
from clients.messages.kinds import KINDS, Kind, Rendered
from clients.messages.services import drain
from tests.factories import NOON


def letter(message, at):
    return Rendered(
        subject="A note from your clinic",
        text=f"Dear {message.client.called}, open https://portal.test/follow-up/token-{message.pk}/",
        html=f"<p>Dear {message.client.called}, <a href='/follow-up/token-{message.pk}/'>open this</a></p>",
        secrets=(f"token-{message.pk}",),
    )


def free_port():
    """A port on which nobody listens."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        return closed.getsockname()[1]


def right(_message, _at):
    return ""


@pytest.fixture(autouse=True)
def post_office(monkeypatch):
    """Only one kind exists, `followup`: it is always right and always renders."""
    for name in list(KINDS):
        monkeypatch.delitem(KINDS, name)
    monkeypatch.setitem(KINDS, "followup", Kind("followup", "Follow-up", letter, right))


@pytest.fixture
def kind(monkeypatch):
    """kind(name, render=…, reason_to_skip=…) adds or replaces a kind for one test."""

    def replace(name="followup", render=letter, reason_to_skip=right, **more):
        monkeypatch.setitem(KINDS, name, Kind(name, "Follow-up", render, reason_to_skip, **more))

    return replace


@dataclass
class Clock:
    """A clock that moves only when a test moves it."""

    now: object = NOON

    def __call__(self):
        return self.now

    def move(self, **by):
        self.now += timedelta(**by)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def notes_answered(monkeypatch):
    """Whoever asks the database while an email leaves needs each note answered before: the connection is taken."""
    note_gone = statements.note_gone
    monkeypatch.setattr(statements, "note_gone", lambda **said: statements.Noted(int(note_gone(**said).done())))


@pytest.fixture
def run_drain(clock):
    """run_drain() sends what is due at the clock's time."""
    return lambda limit=50: drain(worker="test", at=clock, limit=limit)


async def hang_up(server):
    """Until its socket is closed, so that whoever is at the other end can see it."""
    server.transport.abort()
    await asyncio.sleep(0.1)  # the abort's own turn of the loop


@dataclass
class Sink:
    """A mail server's mind: what it answers at each step, and what it has taken."""

    answers: dict = field(default_factory=dict)
    once: dict = field(default_factory=dict)  # answers that are given one time
    taken: list = field(default_factory=list)
    peers: list = field(default_factory=list)  # of each taken: the other end of its connection
    open: list = field(default_factory=list)
    hang_up_after_data: bool = False
    silent_at_data: float = 0

    async def handle_MAIL(self, server, session, envelope, address, mail_options):  # noqa: N802  aiosmtpd's names
        self.open.append(server)
        if answer := self.once.pop("MAIL", None) or self.answers.get("MAIL"):
            return answer
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):  # noqa: N802
        if answer := self.once.pop("RCPT", None) or self.answers.get("RCPT") or self.answers.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if answer := self.once.pop("DATA", None) or self.answers.get("DATA"):
            return answer
        self.peers.append(session.peer)
        self.taken.append(message_from_bytes(envelope.content, policy=default))
        if self.silent_at_data:
            await asyncio.sleep(self.silent_at_data)
        if self.hang_up_after_data:
            server.transport.abort()
        return "250 OK"

    def close_all(self):
        """Hang up on everybody, as a server does that was restarted."""
        gone = [asyncio.run_coroutine_threadsafe(hang_up(server), server.loop) for server in self.open]
        self.open.clear()
        for each in gone:
            each.result()

    @property
    def ids(self):
        return [str(mail["Message-ID"]) for mail in self.taken]


@pytest.fixture
def sink(settings):
    """A real mail server on a free port; Django sends to it."""
    mind = Sink()
    server = Controller(mind, hostname="127.0.0.1", port=free_port())
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = server.port
    yield mind
    server.stop()
