"""Make one due message ready to leave, or say why it cannot."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.core.validators import validate_email
from django.db import DatabaseError, transaction
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.utils import timezone, translation

from clients.messages.kinds import Rendered, UnknownKind, kind_of
from clients.messages.mime import Email, email_of, finished
from clients.messages.models import Message
from clients.messages.terms import Recipient
from portal.practice.terms import spoken
from portal.security.refusals import Refused

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


class NotRight(Exception):
    """This message should not leave any more; the argument says why."""


class NotSendable(Exception):
    """This message cannot leave until somebody mends something; the argument says what."""


class Broken(Exception):
    """This email could not be prepared: something in its wording is broken. Tell whoever looks after the portal."""


@dataclass(frozen=True)
class Prepared:
    """An email that is ready, what it was made from, and where it goes."""

    email: Email
    rendered: Rendered
    address: str


def prepare(message: Message, at: datetime) -> Prepared:
    """The email, rendered in the reader's language and the clinic's time. Raises NotRight, NotSendable, Broken."""
    with _as_the_reader(message):
        if why := kind_of(message).reason_to_skip(message, at):
            raise NotRight(why)
        address = _address(message)
        rendered = finished(kind_of(message).render(message, at))
        email = email_of(message, rendered, address=address, at=at)
        email.message()  # an odd header shows here, before anything is on the wire
        return Prepared(email=email, rendered=rendered, address=address)


def reason_to_skip(message: Message, at: datetime) -> str:
    """Why this message is not right any more, as its kind says; "" while it is. Raises Broken."""
    with _as_the_reader(message):
        return kind_of(message).reason_to_skip(message, at)


def _address(message: Message) -> str:
    address = message.clinic.reply_to if message.recipient == Recipient.CLINIC else message.client.email
    if not address:
        raise NotSendable("The client has no email address. Add it to their record, then try again.")
    try:
        validate_email(address)
    except ValidationError:
        raise NotSendable("The email address cannot be right. Correct it, then try again.") from None
    return address


@contextmanager
def _as_the_reader(message: Message) -> Iterator[None]:
    """In the reader's language and the clinic's time; what goes wrong in a kind's own code becomes Broken."""
    reader = message.clinic if message.recipient == Recipient.CLINIC else message.client
    zone = ZoneInfo(message.clinic.time_zone)
    try:
        with translation.override(spoken(reader.language)), timezone.override(zone), transaction.atomic():
            yield
    except BUGS as bug:
        # An exception's text may hold a client's words: the log gets what it was and where, not what it said.
        log.error("message %d: %s at %s", message.pk, type(bug).__name__, _place(bug))  # noqa: TRY400
        raise Broken from None


def _place(bug: BaseException) -> str:
    step = bug.__traceback__
    while step is not None and step.tb_next is not None:
        step = step.tb_next
    return f"{Path(step.tb_frame.f_code.co_filename).name}:{step.tb_lineno}" if step else "?"
