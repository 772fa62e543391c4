"""What will become of messages that are still to leave, as things stand: when, and why or why not.

It asks the same questions as a drain, many messages at a time. While nothing else changes, a drain does what it says.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from clients.messages import office
from clients.messages.delivery import BUSY
from clients.messages.kinds import because_of, words_for
from clients.messages.models import Message, MessageQuerySet
from clients.messages.prepare import Facts, outlook, read_facts
from clients.messages.terms import State

AHEAD = timedelta(days=60)
TOO_LATE = "Its time is over before it may leave, so it is not sent."
# Of one whose moment has come and that nobody has sent yet.
ONCE_REACHED, ONCE_ITS_TURN = "as soon as the mail server can be reached", "as soon as it is its turn"
IN_MINUTES = "in one of the next minutes"
NOW = "now"
# In words, and how it is coloured.
WORDS: dict[str, tuple[str, str]] = {
    State.SENT: ("Leaves", "ok"),
    State.SCHEDULED: ("Waits", "warn"),
    State.SKIPPED: ("Will not be sent", "info"),
    State.LATE: ("Will be too late", "warn"),
    State.FAILED: ("Cannot leave", "bad"),
}


@dataclass(frozen=True)
class Forecast:
    """One message: the moment at which it is settled or first looked at, and the state that it then gets.

    SCHEDULED says that it waits, and `why`: it is looked at again until its send_by, and then it is late.
    """

    message: Message
    at: datetime
    state: State
    why: str  # "" when it leaves
    because: str  # what it is for, and why this client gets it
    soon: str = ""  # in place of `at` once that has come: when it leaves, or that the rest holds now

    @property
    def title(self) -> str:
        """What the message is."""
        return words_for(self.message)

    @property
    def waits(self) -> bool:
        """Whether it is looked at again and again, until it may leave or is late."""
        return self.state == State.SCHEDULED

    @property
    def words(self) -> str:
        """What is to be expected, in a word."""
        return WORDS[self.state][0]

    @property
    def tone(self) -> str:
        """How that is coloured: ok, warn, bad or info."""
        return WORDS[self.state][1]


def to_come(messages: MessageQuerySet, *, until: datetime) -> MessageQuerySet:
    """Those of the messages that are to be looked at before a moment, in that order."""
    return messages.unsent().filter(next_try_at__lt=until).order_by("next_try_at", "id")


def forecast(messages: Sequence[Message], *, at: datetime) -> list[Forecast]:
    """What becomes of each of these messages of the open clinic, by time. They come with their client and clinic."""
    if not messages:
        return []
    facts = read_facts(messages, at)
    down = any(message.next_try_at <= at for message in messages) and office.is_down()
    found = [_of(message, at, facts, down=down) for message in messages]
    return sorted(found, key=lambda one: (one.at, one.message.pk))


def _of(message: Message, at: datetime, facts: Facts, *, down: bool) -> Forecast:
    first = max(at, message.next_try_at)
    leaves = message.hours.first_from(first) if message.hours else first
    then = min(leaves, max(at, message.send_by))
    state, why = outlook(facts, message, then)
    if then >= message.send_by and state != State.SKIPPED:
        state, why = State.LATE, TOO_LATE
    because = "" if message.pk in facts.broken else because_of(message, then if state == State.SENT else None)
    soon = _soon(message, state, down=down) if then <= at else ""
    return Forecast(message, then, state, why, because, soon)


def _soon(message: Message, state: State, *, down: bool) -> str:
    """When one leaves that is due: a drain has not come to it yet, and may have written down why."""
    if state != State.SENT:
        return NOW
    if down:
        return ONCE_REACHED
    return ONCE_ITS_TURN if message.why == BUSY else IN_MINUTES
