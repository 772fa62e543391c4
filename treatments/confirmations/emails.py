"""The email that asks, before a session, whether anything has changed."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from clients.links.services import issue_link
from clients.links.terms import Purpose
from clients.messages.kinds import Kind, Rendered
from clients.messages.models import Message, MessageQuerySet
from clients.messages.terms import State as MessageState
from portal.practice.emails import render_parts
from treatments.confirmations.models import Confirmation
from treatments.confirmations.rules import holds, is_fresh
from treatments.confirmations.terms import State
from treatments.screening.models import Screening
from treatments.screening.services import newest_answered
from treatments.screening.terms import State as ScreeningState

REQUEST = "confirmation_request"
LINK_LASTS = timedelta(days=30)
TO_COME = {MessageState.SCHEDULED, MessageState.CLAIMED, MessageState.SENDING}
NOT_ASKED = "Not asked yet"
BOOKED = "booked"  # a session's state; sessions lie above in the layers


class Request(NamedTuple):
    """What one email asks for, the newest form that its client filled in, and whether it is their word about it."""

    confirmation: Confirmation
    newest: Screening | None
    form_answers: bool  # they reported a change before that session, to which a form is the answer


def create_request_kind() -> Kind:
    """The request, as the post office needs to know it."""
    return Kind(
        name=REQUEST,
        title="Confirmation before a session",
        render=_render,
        reason_to_skip=_reason_to_skip,
        gather=_gather,
        because=_because,
    )


def request_key(confirmation: Confirmation, number: int) -> str:
    """The key of its nth email; the message finds its confirmation by it."""
    return f"{request_keys(confirmation)}{number}"


def request_keys(confirmation: Confirmation) -> str:
    """What the keys of all its emails begin with."""
    return f"confirmation:{confirmation.pk}:request:"


def emails_of(confirmation: Confirmation) -> MessageQuerySet:
    """All its emails, whatever became of them."""
    return Message.objects.filter(kind=REQUEST, key__startswith=request_keys(confirmation))


class Asked(NamedTuple):
    """How far the question has come that waits for the client: in a badge, and when in words; whether it reached them.

    With a booking the question is there, long before its email leaves: that alone asks nobody.
    """

    badge: str
    words: str
    sent_at: datetime | None = None


def how_asked(confirmation: Confirmation, emails: Iterable[Message], at: datetime) -> Asked:
    """How it stands, by those of these emails that are its own and were not withdrawn."""
    keys = request_keys(confirmation)
    own = [one for one in emails if one.key.startswith(keys) and one.state != MessageState.CANCELLED]
    if not own:
        return Asked("To be handed over", "")
    coming = min((one for one in own if one.state in TO_COME), key=lambda one: (one.due_at, one.pk), default=None)
    leaves = ""
    if coming:
        leaves = f"leaves on {_moment(coming.due_at)}" if coming.due_at > at else "is on its way"
    sent_at = max((one.sent_at for one in own if one.sent_at), default=None)
    if sent_at is None:
        return Asked(NOT_ASKED, f"The email {leaves or 'was not sent'}")
    words = f"asked on {_moment(sent_at)}" + (f"; another email {leaves}" if coming else "")
    return Asked(str(confirmation.get_state_display()), words, sent_at)


def _moment(at: datetime) -> str:
    return f"{timezone.localtime(at):%-d %b %Y, %H:%M}"


def _gather(messages: Sequence[Message], _at: datetime) -> None:
    """Read each message's confirmation and its client's newest form: three queries for all of them."""
    wanted = {message.pk: int(message.key.split(":")[1]) for message in messages}
    confirmations = Confirmation.objects.select_related("session").in_bulk(set(wanted.values()))
    newest = newest_answered({message.client_id for message in messages})
    sessions = {one.session_id for one in confirmations.values()}
    reported = Confirmation.objects.filter(session__in=sessions, state=State.CHANGED)
    changed = set(reported.values_list("session_id", flat=True))
    for message in messages:
        confirmation = confirmations.get(wanted[message.pk])
        if confirmation is not None and confirmation.client_id == message.client_id:
            form_answers = confirmation.session_id in changed
            message.gathered = Request(confirmation, newest.get(message.client_id), form_answers)


def _request_of(message: Message) -> Request:
    if not isinstance(message.gathered, Request):  # nothing was read for it: its confirmation is gone
        raise Confirmation.DoesNotExist
    return message.gathered


def _because(message: Message, _leaves: datetime | None) -> str:
    session = _request_of(message).confirmation.session
    return f"Session {session.number} is booked for {_moment(session.scheduled_for)}."


def _render(message: Message, at: datetime) -> Rendered:
    confirmation = _request_of(message).confirmation
    token = issue_link(
        client=message.client, purpose=Purpose.CONFIRMATION, subject_id=confirmation.pk, at=at, lasts=LINK_LASTS
    )
    context: dict[str, Any] = {
        "clinic": message.clinic,
        "client": message.client,
        "link": settings.BASE_URL + reverse("confirmations:confirm", args=[token]),
        "booked_for": confirmation.session.scheduled_for,
    }
    subject, text, html = render_parts("emails/confirmations/request", context)
    return Rendered(subject=subject, text=text, html=html, secrets=(token,))


def _reason_to_skip(message: Message, _at: datetime) -> str:
    confirmation, newest, form_answers = _request_of(message)
    session, clinic = confirmation.session, message.clinic
    if message.client.archived_at is not None:
        return "The client is archived."
    if session.state != BOOKED or confirmation.state == State.CLOSED:
        return "The session is no longer booked."
    if confirmation.state != State.ASKED:
        return "The client had already answered."
    if newest and newest.submitted_at:
        day, on = clinic.local_day(newest.submitted_at), clinic.local_day(session.scheduled_for)
        if is_fresh(day, on) or (form_answers and holds(day, on)):
            return "The client filled in a screening form just before the session."
    if newest is None or newest.state != ScreeningState.ACCEPTED:
        return "No accepted screening is there that the client could confirm."
    return ""
