"""Whatever happens to the post office, in whatever order: nothing is lost, nothing leaves that should not."""

from collections import Counter
from contextlib import suppress
from datetime import timedelta

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clients.messages import transport
from clients.messages.models import Message
from clients.messages.services import MessageNotWanted, cancel_messages, drain, retry_message
from clients.messages.terms import State
from tests.clients.messages.conftest import Clock
from tests.factories import NOON, ClientFactory, MessageFactory

ENDED = {State.CANCELLED, State.SKIPPED}
LEASE = timedelta(seconds=60)


class World:
    """Three messages, a mail server with moods, and everything that can happen to them."""

    def __init__(self, person, user):
        self.messages = [MessageFactory(client=person, send_by=NOON + timedelta(hours=4)) for _each in range(3)]
        self.user, self.clock, self.mood, self.wrong = user, Clock(), None, set()
        self.taken, self.excused = Counter(), Counter()

    def send(self, _line, email, last_word, **_then):
        """The mail server: takes the email, or not, by its mood."""
        if not last_word():
            return False
        message = Message.objects.get(message_id=email.said.headers["Message-ID"])
        assert (message.state, message.pk in self.wrong) == (State.SENDING, False)
        if self.mood is None or isinstance(self.mood, transport.Unsure):
            self.taken[message.pk] += 1
        if self.mood is not None:
            self.excused[message.pk] += isinstance(self.mood, transport.Unsure)
            raise self.mood
        return True

    def reach(self, _line):
        if not self.reached:
            raise transport.ServerDown

    def drain(self, mood=None, *, reached=True):
        self.mood, self.reached = mood, reached
        drain(worker="test", at=self.clock)

    def die(self, *, sending):
        """A worker takes one message, perhaps hands it over, and is never seen again."""
        at = self.clock()
        if Message.objects.claim(worker="dead", at=at, until=at + LEASE, limit=1) and sending:
            message = Message.objects.get(state=State.CLAIMED, claimed_by="dead")
            Message.objects.filter(pk=message.pk).update(state=State.SENDING, claimed_by="gone")
            self.taken[message.pk] += 1
            self.excused[message.pk] += 1
        Message.objects.filter(claimed_by="dead").update(claimed_by="gone")

    def cancel(self):
        cancel_messages(messages=Message.objects.filter(pk=self.messages[0].pk), why="Withdrawn.", at=self.clock())

    def retry(self):
        for message in Message.objects.stuck():
            retry_message(message=message, by=self.user, at=self.clock())

    def check(self):
        for message in Message.objects.all():
            assert self.taken[message.pk] <= 1 + self.excused[message.pk]
            assert (message.state == State.SENT) == (message.sent_at is not None)


EVENTS = {
    "drain": lambda world: world.drain(),
    "refused for now": lambda world: world.drain(transport.PutOff(closed=False)),
    "refused for good": lambda world: world.drain(transport.Bounced(550)),
    "server takes nothing": lambda world: world.drain(transport.PutOff(closed=True)),
    "server down": lambda world: world.drain(reached=False),
    "server silent": lambda world: world.drain(transport.Unsure()),
    "worker dies holding one": lambda world: world.die(sending=False),
    "worker dies sending one": lambda world: world.die(sending=True),
    "cancel the first": lambda world: world.cancel(),
    "the second is not right any more": lambda world: world.wrong.add(world.messages[1].pk),
    "somebody tries again": lambda world: world.retry(),
    "a minute passes": lambda world: world.clock.move(minutes=1),
    "an hour passes": lambda world: world.clock.move(hours=1),
}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=st.lists(st.sampled_from(sorted(EVENTS)), max_size=14))
def test_whatever_happens_every_message_ends_where_it_should(
    clinic, practitioner, kind, monkeypatch, events, notes_answered
):
    with transaction.atomic():
        world = World(ClientFactory(clinic=clinic), practitioner.user)
        kind(reason_to_skip=lambda message, _at: "Not right." if message.pk in world.wrong else "")
        monkeypatch.setattr(transport, "send", world.send)
        monkeypatch.setattr(transport, "reach", world.reach)
        for event in events:
            gone = set(Message.objects.filter(state__in=ENDED).values_list("pk", flat=True))
            before = world.taken.copy()
            with suppress(MessageNotWanted):
                EVENTS[event](world)
            assert [pk for pk in gone if world.taken[pk] > before[pk]] == []
            world.check()
        world.clock.move(days=3)
        world.drain()
        world.drain()
        assert not Message.objects.filter(state__in=[State.SCHEDULED, State.CLAIMED, State.SENDING]).exists()
        world.check()
        transaction.set_rollback(True)
