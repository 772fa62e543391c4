"""Make one due message ready to leave, or say why it cannot."""

import logging
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.core.validators import validate_email
from django.db import DatabaseError, connection, transaction
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.utils import timezone, translation

from clients.links.services import NewLink, hold_links, issue_links
from clients.messages.kinds import Rendered, UnknownKind, Worded, gather, kind_of
from clients.messages.mime import Outgoing, email_of, finished
from clients.messages.models import Message
from clients.messages.stops import whys_stopped
from clients.messages.terms import Recipient, State
from portal.practice.terms import spoken
from portal.security.refusals import Refused

NO_SAVEPOINT = nullcontext()
log = logging.getLogger(__name__)

# What a bug in one kind's wording looks like. Anything else ends the drain, which gives its messages back all the same.
BUGS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    DatabaseError,
    LookupError,
    NameError,
    ObjectDoesNotExist,
    Refused,
    RuntimeError,
    TemplateDoesNotExist,
    TemplateSyntaxError,
    TypeError,
    UnknownKind,
    ValueError,
)


# An address that validate_email accepts for sure: it takes longer to say so.
LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
SURE = re.compile(rf"[A-Za-z0-9_+-]{{1,60}}(?:\.[A-Za-z0-9_+-]{{1,60}}){{0,1}}@(?:{LABEL}\.){{1,2}}[A-Za-z]{{2,63}}")


class NotPrepared(Exception):
    """Why a message does not leave now."""


class NotRight(NotPrepared):
    """This message should not leave any more; the argument says why."""


class NotYet(NotPrepared):
    """This message has to wait; the argument says why."""


class NotSendable(NotPrepared):
    """This message cannot leave until somebody mends something; the argument says what."""


class Broken(NotPrepared):
    """This email could not be prepared: something in its wording is broken. Tell whoever looks after the portal."""


class Prepared(NamedTuple):
    """An email that is ready, what it was made from, and where it goes. `links` open only once they are issued."""

    email: Outgoing
    rendered: Rendered | Worded
    address: str
    links: Sequence[NewLink] = ()


@dataclass(frozen=True)
class Facts:
    """What was read at once for many messages of one clinic, beside what their kinds put into `gathered`."""

    stopped: Mapping[str, str]  # addresses that nothing goes to, in lower case, and why
    broken: frozenset[int] = frozenset()  # messages for which a kind could not read


def read_facts(messages: Sequence[Message], at: datetime) -> Facts:
    """Read what prepare() must know of these messages of one clinic: a few queries for all of them."""
    stopped = whys_stopped(message.client.email for message in messages if message.recipient == Recipient.CLIENT)
    return Facts(stopped, frozenset(_gathered(messages, at)))


def prepare(message: Message, at: datetime) -> Prepared:
    """The email, rendered in the reader's language and the clinic's time; its links are issued.

    Raises NotRight, NotYet, NotSendable, Broken.
    """
    prepared = prepare_with(read_facts([message], at), message, at)
    issue_links(prepared.links)
    return prepared


def prepare_with(facts: Facts, message: Message, at: datetime) -> Prepared:
    """The same with facts that were read before; its links are still to be issued."""
    if message.pk in facts.broken:
        raise Broken
    # Where all was gathered before, no query is left that could break the caller's transaction.
    with _as_the_reader(message, savepoint=message.gathered is None), hold_links() as links:
        return _prepared(facts, message, at)._replace(links=links)


def prepare_all(
    facts: Facts, messages: Sequence[Message], at: datetime, begins: Callable[[Message], None] = lambda _message: None
) -> list[Prepared | NotPrepared]:
    """What prepare_with() gives or raises for each of these messages of one clinic, in their order; no link is issued.

    `begins` is told of each just before. Much faster for many: a reader's language is set once for all who read it.
    """
    found: dict[int, Prepared | NotPrepared] = {}
    alike: dict[tuple[str, bool], list[Message]] = defaultdict(list)
    for message in messages:
        alike[_language_of(message), message.gathered is None].append(message)
    for (_language, alone), some in alike.items():
        with _speaking_to(some[0]), hold_links() as links:
            for message in some:
                begins(message)
                outcome = _outcome(facts, message, at, savepoint=alone)
                found[message.pk] = outcome._replace(links=[*links]) if isinstance(outcome, Prepared) else outcome
                links.clear()
    return [found[message.pk] for message in messages]


def _outcome(facts: Facts, message: Message, at: datetime, *, savepoint: bool) -> Prepared | NotPrepared:
    if message.pk in facts.broken:
        return Broken()
    try:
        with transaction.atomic() if savepoint else NO_SAVEPOINT:
            return _prepared(facts, message, at)
    except NotPrepared as why:
        return why
    except BUGS as bug:
        return _broken(message, bug)


def _prepared(facts: Facts, message: Message, at: datetime) -> Prepared:
    address = _checked(facts, message, at)
    rendered = finished(kind_of(message).render(message, at))
    email = email_of(message, rendered, address=address, at=at)
    email.wire  # noqa: B018  an odd header shows here, before anything is on the wire
    return Prepared(email, rendered, address)


def outlook(facts: Facts, message: Message, at: datetime) -> tuple[State, str]:
    """What would become of a message at that moment, and why: asked as a drain asks, short of writing it.

    SCHEDULED says that it would have to wait.
    """
    if message.pk in facts.broken:
        return State.FAILED, str(Broken.__doc__)
    try:
        with _as_the_reader(message, savepoint=False):
            _checked(facts, message, at)
    except NotRight as why:
        return State.SKIPPED, str(why)
    except NotYet as why:
        return State.SCHEDULED, str(why)
    except NotSendable as why:
        return State.FAILED, str(why)
    except Broken as why:
        return State.FAILED, str(why.__doc__)
    return State.SENT, ""


def _checked(facts: Facts, message: Message, at: datetime) -> str:
    """The address to which it may leave now. Raises NotRight, NotYet, NotSendable."""
    kind = kind_of(message)
    if why := _stopped(facts, message) or kind.reason_to_skip(message, at):
        raise NotRight(why)
    if kind.reason_to_wait and (why := kind.reason_to_wait(message, at)):
        raise NotYet(why)
    return _address(message)


def _gathered(messages: Sequence[Message], at: datetime) -> list[int]:
    """Let the kinds read for all at once; when that fails, for each alone, so that one breaks no other."""
    try:
        # Only a caller's own transaction could be broken by a query that fails.
        with _as_the_reader(messages[0], savepoint=connection.in_atomic_block):
            gather(messages, at)
    except Broken:
        if len(messages) == 1:
            return [messages[0].pk]
        return [broken for message in messages for broken in _gathered([message], at)]
    return []


def _stopped(facts: Facts, message: Message) -> str:
    if message.recipient != Recipient.CLIENT:
        return ""
    return facts.stopped.get(message.client.email.strip().lower(), "")


def reason_to_skip(message: Message, at: datetime, facts: Facts | None = None) -> str:
    """Why this message is not right any more: its address is stopped, or as its kind says. "" while it is right.

    Raises Broken.
    """
    facts = facts or read_facts([message], at)
    if message.pk in facts.broken:
        raise Broken
    with _as_the_reader(message):
        return _stopped(facts, message) or kind_of(message).reason_to_skip(message, at)


def _address(message: Message) -> str:
    address = address_of(message)
    if not address:
        raise NotSendable("The client has no email address. Add it to their record, then try again.")
    if SURE.fullmatch(address):
        return address
    try:
        validate_email(address)
    except ValidationError:
        raise NotSendable("The email address cannot be right. Correct it, then try again.") from None
    return address


def address_of(message: Message) -> str:
    """Where it goes as things stand; "" when there is no address."""
    if message.recipient == Recipient.MEMBER and message.member:
        return message.member.user.email
    return message.clinic.reply_to if message.recipient == Recipient.CLINIC else message.client.email


@contextmanager
def _as_the_reader(message: Message, *, savepoint: bool = True) -> Iterator[None]:
    """In the reader's language and the clinic's time; what goes wrong in a kind's own code becomes Broken."""
    with _broken_by_a_bug(message), _speaking_to(message), transaction.atomic() if savepoint else nullcontext():
        yield


def _language_of(message: Message) -> str:
    reader = message.client if message.recipient == Recipient.CLIENT else message.clinic
    return spoken(reader.language)


@contextmanager
def _speaking_to(message: Message) -> Iterator[None]:
    zone = ZoneInfo(message.clinic.time_zone)
    with translation.override(_language_of(message)), timezone.override(zone):
        yield


@contextmanager
def _broken_by_a_bug(message: Message) -> Iterator[None]:
    try:
        yield
    except BUGS as bug:
        raise _broken(message, bug) from None


def _broken(message: Message, bug: BaseException) -> Broken:
    # An exception's text may hold a client's words: the log gets what it was and where, not what it said.
    log.error("message %d: %s at %s", message.pk, type(bug).__name__, _place(bug))
    return Broken()


def _place(bug: BaseException) -> str:
    step = bug.__traceback__
    while step is not None and step.tb_next is not None:
        step = step.tb_next
    return f"{Path(step.tb_frame.f_code.co_filename).name}:{step.tb_lineno}" if step else "?"
