"""Who may know of which message, and in which words."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from clients.messages.kinds import words_for
from clients.messages.models import Message
from clients.messages.terms import Recipient, State
from portal.practice.models import User

NEUTRAL = "Not right any more. Ask a practitioner."
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
    """Why a message did not leave. What the mail server said is for all; what the client's answers say is not."""
    about_the_client = message.state in {State.SKIPPED, State.CANCELLED}
    return NEUTRAL if about_the_client and message.why and not sees_flags(user) else message.why


def title_of(message: Message) -> str:
    """What a message is."""
    to = " (to the clinic)" if message.recipient == Recipient.CLINIC else ""
    return f"{words_for(message)}{to}"
