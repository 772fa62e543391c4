"""What kinds of message exist: how to render one, and why one might not be sent any more.

The apps above register their kinds in their apps.py, so that the post office needs to know none of them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from clients.messages.pieces import Pieces

if TYPE_CHECKING:
    from clients.messages.models import Message, MessageQuerySet


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
    """One email, ready to leave. `secrets` are the link tokens in it: the copy that is kept hides them.

    `headers` are pairs of a name and a value, beside those that every email has. `inlined`: the styles already stand
    where mail programs look for them. `coded`: text and html as they travel, from coded(), where that was done before.
    """

    subject: str
    text: str
    html: str
    secrets: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    inlined: bool = False
    coded: tuple[bytes, bytes] | None = None


@dataclass
class Worded:
    """One email, ready to leave, of a wording that many share: what it says in the fields is all that is its own.

    The copy that is kept is that alone. Text and HTML are joined only if somebody reads them. The rest as of Rendered.
    """

    subject: str
    wording: Pieces
    values: Mapping[str, str]
    secrets: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    coded: tuple[bytes, bytes] | None = None
    wording_id: int | None = None  # once write_wordings() has written it down
    inlined: ClassVar[bool] = True

    @cached_property
    def _filled(self) -> tuple[str, str]:
        return self.wording.filled(self.values)

    @property
    def text(self) -> str:
        """As plain words."""
        return self._filled[0]

    @property
    def html(self) -> str:
        """As mail programs show it."""
        return self._filled[1]


class Verb(NamedTuple):
    """One thing that a person may do with a message: the button's word, its address, its style."""

    word: str
    url: str
    style: str = ""


@dataclass(frozen=True)
class Kind:
    """A kind of message, as the app that owns it describes it.

    `render(message, at)` and `reason_to_skip(message, at)` run in the clinic's scope, its time zone and the
    reader's language; `reason_to_skip` answers "" while the message is still right, else one sentence for the
    practitioner. `reason_to_wait` answers in the same way why it must not leave yet: it is asked again, until its
    send_by. `gather(messages, at)` reads at once, for many messages of one clinic, what these three need, and puts it
    into each message's `gathered`. `words(message)` says what it is in lists; it must not query (the message's key is
    at hand).
    `verbs(messages, may)` names what a person may do with each of them, by its id: word, address, style; `may` says
    whether they hold a permission. `latest(message)` is the moment after which not even a person may have it sent.
    `steps()` names the clinic's steps of a kind that has them, key and title; `of_step(messages, key)` keeps those that
    carry one. Once gathered, `because(message, leaves)` says what it is for, why this client gets it, and what follows
    if it leaves at that moment (None: it does not); `checks(message)` is every question that is asked of it with the
    answer, naming nobody.
    `purpose` is what the client must not have refused or withdrawn consent to; "" = nothing.
    """

    name: str
    title: str
    render: "Callable[[Message, datetime], Rendered | Worded]"
    reason_to_skip: "Callable[[Message, datetime], str]"
    reason_to_wait: "Callable[[Message, datetime], str] | None" = None
    gather: "Callable[[Sequence[Message], datetime], None] | None" = None
    words: "Callable[[Message], str] | None" = None
    purpose: str = ""
    verbs: "Callable[[Sequence[Message], Callable[[str], bool]], Mapping[int, list[Verb]]] | None" = None
    latest: "Callable[[Message], datetime | None] | None" = None
    because: "Callable[[Message, datetime | None], str] | None" = None
    steps: "Callable[[], list[tuple[str, str]]] | None" = None
    of_step: "Callable[[MessageQuerySet, str], MessageQuerySet] | None" = None
    checks: "Callable[[Message], list[tuple[str, str]]] | None" = None


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


def gather(messages: "Sequence[Message]", at: datetime) -> None:
    """Let each kind read, for these messages of one clinic, what it has to know of them."""
    for name in {message.kind for message in messages}:
        if reads := kind_named(name).gather:
            reads([message for message in messages if message.kind == name], at)


def verbs_for(messages: "Sequence[Message]", may: Callable[[str], bool]) -> "dict[int, list[Verb]]":
    """What a person who may do such things may do with each of these messages of one clinic, by its id."""
    found: dict[int, list[Verb]] = {}
    for kind in KINDS.values():
        own = [message for message in messages if message.kind == kind.name]
        if own and kind.verbs:
            found |= kind.verbs(own, may)
    return found


def latest_of(message: "Message") -> "datetime | None":
    """The moment after which not even a person may have it sent; None = there is none."""
    latest = kind_of(message).latest
    return latest(message) if latest else None


def asked_at_once(message: "Message") -> bool:
    """Whether its kind reads what it needs for many messages at once, so that a page may ask of many."""
    kind = KINDS.get(message.kind)
    return kind is not None and kind.gather is not None


def because_of(message: "Message", leaves: datetime | None) -> str:
    """What a message is for and why this client gets it, once its kind has gathered; "" where no more is to be said."""
    because = kind_of(message).because
    return because(message, leaves) if because else ""


def kinds_for(purpose: str) -> list[str]:
    """The names of the kinds that stop when the client's consent to this purpose ends."""
    return [kind.name for kind in KINDS.values() if purpose and kind.purpose == purpose]


def words_for(message: "Message") -> str:
    """What a message is, for lists. A kind that no longer exists keeps its bare name, so that old rows stay legible."""
    kind = KINDS.get(message.kind)
    if kind is None:
        return message.kind.replace("_", " ").capitalize()
    return kind.words(message) if kind.words else kind.title
