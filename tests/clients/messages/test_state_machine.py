"""Claim, send, crash, lease end, cancel, withdraw, suppress: in any order, and one inside the other.

Two workers share the post office: what one does may fall into the moment in which the other is sending.
"""

from collections import Counter
from contextlib import suppress
from datetime import timedelta

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from hypothesis import settings as how
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from clients.messages import transport
from clients.messages.delivery.journal import HEAD
from clients.messages.models import Drain, Message, Suppression
from clients.messages.services import cancel_messages, drain
from tests.clients.messages.conftest import Clock
from tests.factories import NOON, ClientFactory, MessageFactory, SuppressionFactory

LEASE = timedelta(seconds=60)
OVER = {"sent", "skipped", "failed", "late", "cancelled"}
NUMBERS = st.integers(0, 3)
MOODS = st.sampled_from(["takes", "takes and falls silent", "hangs up", "kills the sender after", "kills the sender"])


class Killed(BaseException):
    """The worker was killed: nothing after this runs in life, so nobody holds its messages under its name."""


def rename_journal(holder, new):
    """What a dead worker noted stays in its file, also under another name."""
    with (settings.JOURNAL_DIR / f"{holder.rpartition(':')[2]}.gone").open("r+b") as file:
        file.seek(HEAD)
        file.write(new.encode())
        file.truncate()


class Server(BaseEmailBackend):
    """A mail server that belongs to the machine which is running."""

    machine = None

    def open(self):
        if not self.machine.reachable:
            raise ConnectionRefusedError

    def send_messages(self, emails):
        for email in emails:
            self.machine.comes(str(email.extra_headers["Message-ID"]))
        return len(emails)


class PostOffice(RuleBasedStateMachine):
    """Four messages to four clients, and what must hold whatever happens."""

    def __init__(self, clinic, wrong):
        super().__init__()
        self.clinic, self.wrong, self.clock, self.reachable = clinic, wrong, Clock(), True
        self.mood, self.meanwhile, self.taken, self.excused = "takes", None, Counter(), Counter()
        self.kills = 0
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        Server.machine = self

    @initialize()
    def begin(self):
        self.wrong.clear()
        clients = [ClientFactory(clinic=self.clinic) for _each in range(4)]
        self.messages = [MessageFactory(client=client, send_by=NOON + timedelta(hours=6)) for client in clients]

    def comes(self, message_id):
        """One email reaches the server. From here on whatever else happens comes too late for it."""
        message = Message.objects.get(message_id=message_id)
        assert (message.state, message.pk in self.wrong) == ("sending", False)
        mood, self.mood = self.mood, "takes"
        meanwhile, self.meanwhile = self.meanwhile, None
        takes = mood in ("takes", "takes and falls silent", "kills the sender after")
        self.taken[message.pk] += takes
        if meanwhile:
            meanwhile()
            self.clock.move(seconds=3)  # what was read two seconds ago is read again before anything more leaves
        if mood != "takes":
            self.excused[message.pk] += takes
            self.end_badly(message, mood)

    def end_badly(self, message, mood):
        if mood.startswith("kills"):
            self.kills += 1
            Drain.objects.filter(holder=message.claimed_by).update(holder=f"gone {self.kills}")
            Message.objects.filter(claimed_by=message.claimed_by).update(claimed_by=f"gone {self.kills}")
            rename_journal(message.claimed_by, f"gone {self.kills}")
            raise Killed
        raise ConnectionResetError

    def drains(self):
        with suppress(Killed):
            drain(worker="test", at=self.clock)

    # ------------------------------------------------------------ what happens

    @rule(mood=MOODS)
    def send(self, mood):
        self.mood = mood
        self.drains()
        self.mood = "takes"

    @rule()
    def find_no_server(self):
        transport.hang_up(transport.mail_server())
        self.reachable = False
        self.drains()
        self.reachable = True

    @rule(number=NUMBERS, event=st.sampled_from(["another drain", "lease end", "cancel", "withdraw", "suppress"]))
    def send_while(self, number, event):
        """Something else happens just while one is being sent."""
        events = {
            "another drain": self.drains,
            "lease end": self.lease_ends_and_another_drains,
            "cancel": lambda: self.cancel(number),
            "withdraw": lambda: self.withdraw(number),
            "suppress": lambda: self.suppress(number),
        }
        self.meanwhile = events[event]
        self.drains()
        self.meanwhile = None

    def lease_ends_and_another_drains(self):
        """A sender was so slow that its lease is over: only then may what it sends come twice."""
        for message in Message.objects.filter(state="sending"):
            self.excused[message.pk] += 1
        self.clock.move(minutes=2)
        self.drains()

    @rule(limit=st.integers(1, 4))
    def claim_and_die(self, limit):
        at = self.clock()
        Message.objects.claim(worker="gone", at=at, until=at + LEASE, limit=limit)

    @rule()
    def lease_end(self):
        self.clock.move(seconds=61)

    @rule()
    def an_hour_passes(self):
        self.clock.move(hours=1)

    @rule(number=NUMBERS)
    def cancel(self, number):
        one = Message.objects.filter(pk=self.messages[number].pk)
        cancel_messages(messages=one, why="Withdrawn by the practitioner.", at=self.clock())

    @rule(number=NUMBERS)
    def withdraw(self, number):
        self.wrong.add(self.messages[number].pk)

    @rule(number=NUMBERS)
    def suppress(self, number):
        address = self.messages[number].client.email
        if not Suppression.objects.filter(address=address).exists():
            SuppressionFactory(clinic=self.clinic, address=address)
            self.wrong.add(self.messages[number].pk)

    # ------------------------------------------------------------ what holds

    @invariant()
    def nothing_comes_twice_without_an_excuse(self):
        for message in Message.objects.all():
            assert self.taken[message.pk] <= 1 + self.excused[message.pk]
            assert message.state != "sent" or self.taken[message.pk]
            assert message.state in {"sent", "scheduled", "claimed", "sending"} or message.why

    def teardown(self):
        try:
            for _round in range(3):
                self.clock.move(hours=3)
                self.drains()
            self.nothing_comes_twice_without_an_excuse()
            assert {message.state for message in Message.objects.all()} <= OVER
        finally:
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)


def test_in_whatever_order_it_happens_nothing_is_lost_and_nothing_leaves_that_must_not(
    clinic, kind, settings, notes_answered
):
    wrong = set()
    settings.EMAIL_BACKEND = f"{__name__}.Server"
    kind(reason_to_skip=lambda message, _at: "Not right any more." if message.pk in wrong else "")
    run_state_machine_as_test(
        lambda: PostOffice(clinic, wrong), settings=how(max_examples=30, stateful_step_count=12, deadline=None)
    )
