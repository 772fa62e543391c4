"""The invitation to fill in a screening form, and the word that the practitioner has a question about it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse

from clients.links.services import issue_link
from clients.links.terms import Purpose
from clients.messages.kinds import Kind, Rendered
from clients.messages.models import Message
from portal.practice.emails import render_parts
from treatments.screening.models import Query, Screening
from treatments.screening.terms import State

INVITATION, QUESTION = "screening_invitation", "screening_question"
QUESTION_ENDS = ":question"
LINK_LASTS = timedelta(days=30)
NO_LONGER = {
    State.WITHDRAWN: "The form was withdrawn.",
    State.SUBMITTED: "The client had already filled in the form.",
}


def invitation_key(screening: Screening, number: int) -> str:
    """The key of a screening's nth invitation; the message finds its screening by it."""
    return f"screening:{screening.pk}:invitation:{number}"


def invitation_keys(screening: Screening) -> str:
    """What the keys of all its invitations begin with."""
    return f"screening:{screening.pk}:invitation:"


def question_key(query: Query) -> str:
    """The key of the email about one question."""
    return f"screening:{query.screening_id}:{query.pk}{QUESTION_ENDS}"


def create_kind() -> Kind:
    """The invitation, as the post office needs to know it."""
    return Kind(name=INVITATION, title="Screening form", render=_render_invitation, reason_to_skip=_reason_to_skip)


def create_question_kind() -> Kind:
    """The word that there is a question."""
    return Kind(
        name=QUESTION,
        title="Question about the screening form",
        render=_render_question,
        reason_to_skip=_reason_to_skip_question,
    )


def _render_invitation(message: Message, at: datetime) -> Rendered:
    return _render("emails/screening/invitation", message, at)


def _render_question(message: Message, at: datetime) -> Rendered:
    return _render("emails/screening/question", message, at)


def _render(template: str, message: Message, at: datetime) -> Rendered:
    screening = _screening_of(message)
    token = issue_link(
        client=message.client, purpose=Purpose.SCREENING, subject_id=screening.pk, at=at, lasts=LINK_LASTS
    )
    context = {
        "clinic": message.clinic,
        "client": message.client,
        "link": settings.BASE_URL + reverse("screening:form", args=[token]),
        "open_until": at + LINK_LASTS,
    }
    subject, text, html = render_parts(template, context)
    return Rendered(subject=subject, text=text, html=html, secrets=(token,))


def _reason_to_skip(message: Message, _at: datetime) -> str:
    if message.client.archived_at is not None:
        return "The client is archived."
    screening = _screening_of(message)
    if screening.state == State.SENT:
        return ""
    return NO_LONGER.get(State(screening.state), NO_LONGER[State.SUBMITTED])


def _reason_to_skip_question(message: Message, _at: datetime) -> str:
    if message.client.archived_at is not None:
        return "The client is archived."
    if _screening_of(message).state not in (State.SUBMITTED, State.DEFERRED):
        return "The screening was decided meanwhile."
    query = Query.objects.filter(pk=int(message.key.split(":")[2]), screening__client=message.client_id).first()
    if query is None or query.answered_at is not None:
        return "The client had already answered."
    return ""


def _screening_of(message: Message) -> Screening:
    return Screening.objects.get(pk=int(message.key.split(":")[1]), client_id=message.client_id)
