"""Who may know of which message, and in which words."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from clients.messages.kinds import KINDS, words_for
from clients.messages.models import Message
from clients.messages.terms import Recipient, State
from portal.practice.models import User

NEUTRAL = "Not right any more. Ask a practitioner."
WAITS = "It waits. Ask a practitioner."
Person = User | AnonymousUser


def sees_flags(user: Person) -> bool:
    """Whether this person may know of red flags, and of what stops a message because of somebody's health."""
    return user.has_perm("treatments.view_alert")


def seen_by(user: Person, messages: "QuerySet[Message]") -> "QuerySet[Message]":
    """The messages that this person may know of."""
    return messages if sees_flags(user) else untelling(messages)


def untelling(messages: "QuerySet[Message]") -> "QuerySet[Message]":
    """Those whose being there tells nothing of the client's health.

    One to the clinic or the team means a red flag; one that was skipped may mean an open one; and some leave only for
    certain skin.
    """
    return messages.filter(recipient=Recipient.CLIENT, telling=False).exclude(state=State.SKIPPED)


def why_for(message: Message, user: Person) -> str:
    """Why a message did not leave, or not yet. What the mail server said is for all; what tells of health is not.

    Of a kind that may wait for a warning sign or a reaction, nothing is said of why it waits, whatever it is.
    """
    if not message.why or sees_flags(user):
        return message.why
    if message.state in {State.SKIPPED, State.CANCELLED}:
        return NEUTRAL
    kind = KINDS.get(message.kind)
    waits = message.state == State.SCHEDULED and kind is not None and kind.reason_to_wait is not None
    return WAITS if waits else message.why


def title_of(message: Message) -> str:
    """What a message is."""
    to = " (to the clinic)" if message.recipient == Recipient.CLINIC else ""
    return f"{words_for(message)}{to}"
