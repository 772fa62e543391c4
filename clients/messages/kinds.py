"""What kinds of message exist: how to render one, and why one might not be sent any more.

The apps above register their kinds in their apps.py, so that the post office needs to know none of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clients.messages.models import Message


class UnknownKind(Exception):
    """No app has registered this kind of message."""


class KindTaken(Exception):
    """Two apps registered the same kind of message."""


@dataclass(frozen=True)
class Attachment:
    """A file that leaves with an email. The copy that is kept names it, no more: the file is kept where it belongs."""

    name: str
    content: bytes
    kind: str  # such as "application/pdf"


@dataclass(frozen=True)
class Rendered:
    """One email, ready to leave. `secrets` are the link tokens in it: the copy that is kept hides them."""

    subject: str
    text: str
    html: str
    secrets: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True)
class Kind:
    """A kind of message, as the app that owns it describes it.

    `render(message, at)` and `reason_to_skip(message, at)` run in the clinic's scope, its time zone and the
    reader's language; `reason_to_skip` answers "" while the message is still right, else one sentence for the
    practitioner. `words(message)` says what it is in lists; it must not query (the message's key is at hand).
    `telling` are endings of keys: whether such a message leaves depends on the client's health, and so tells of it.
    `purpose` is what the client must not have refused or withdrawn consent to; "" = nothing.
    """

    name: str
    title: str
    render: "Callable[[Message, datetime], Rendered]"
    reason_to_skip: "Callable[[Message, datetime], str]"
    words: "Callable[[Message], str] | None" = None
    telling: tuple[str, ...] = ()
    purpose: str = ""


KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Add a kind, once, while the site starts. Raises KindTaken."""
    if kind.name in KINDS:
        raise KindTaken(kind.name)
    KINDS[kind.name] = kind


def kind_named(name: str) -> Kind:
    """The kind with this name. Raises UnknownKind."""
    if name not in KINDS:
        raise UnknownKind(name)
    return KINDS[name]


def kind_of(message: "Message") -> Kind:
    """The kind of one message. Raises UnknownKind."""
    return kind_named(message.kind)


def kinds_for(purpose: str) -> list[str]:
    """The names of the kinds that stop when the client's consent to this purpose ends."""
    return [kind.name for kind in KINDS.values() if purpose and kind.purpose == purpose]


def telling_keys() -> list[str]:
    """The endings of keys, of all kinds, that only those may see who may know of the client's health."""
    return [ending for kind in KINDS.values() for ending in kind.telling]


def words_for(message: "Message") -> str:
    """What a message is, for lists. A kind that no longer exists keeps its bare name, so that old rows stay legible."""
    kind = KINDS.get(message.kind)
    if kind is None:
        return message.kind.replace("_", " ").capitalize()
    return kind.words(message) if kind.words else kind.title
