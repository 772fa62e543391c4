"""A question back to the client about a form that was filled in."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from clients.messages.services import schedule_message
from portal.audit.services import record
from treatments.screening.emails import LINK_LASTS, QUESTION, question_key
from treatments.screening.models import Query, Screening
from treatments.screening.services.deciding import OPEN_TO_DECISION
from treatments.screening.services.refusals import (
    ClientArchived,
    NoEmail,
    NoQuestion,
    NothingToDecide,
    QuestionIsOut,
)
from treatments.screening.services.rows import locked

if TYPE_CHECKING:
    from portal.practice.models import User

NO_EMAIL_TO_ASK = "This client has no email address. Ask them yourself, or add an address to their record."


@transaction.atomic
def ask_client(*, screening: Screening, words: str, by: "User", at: datetime) -> Query:
    """Ask by email; the email carries a link, never the question.

    Raises NothingToDecide, NoQuestion, ClientArchived, NoEmail, QuestionIsOut.
    """
    screening = locked(screening, NothingToDecide, *OPEN_TO_DECISION)
    if not words.strip():
        raise NoQuestion
    if screening.client.archived_at is not None:
        raise ClientArchived
    if not screening.client.email:
        raise NoEmail(NO_EMAIL_TO_ASK)
    if Query.objects.filter(screening=screening).unanswered().exists():
        raise QuestionIsOut
    query = Query.objects.create(
        clinic=screening.clinic, screening=screening, words=words.strip(), asked_at=at, asked_by=by
    )
    schedule_message(
        client=screening.client,
        kind=QUESTION,
        key=question_key(query),
        due_at=at,
        send_by=at + LINK_LASTS,
        at=at,
        telling=True,  # that something was asked tells of the client's health
    )
    record(clinic=screening.clinic, action="query.asked", subject=query, at=at, by=by, screening=screening.pk)
    return query


def open_query(*, screening: Screening) -> Query | None:
    """The question that waits for the client's answer, while the screening can still be decided."""
    if screening.state not in OPEN_TO_DECISION:
        return None
    return Query.objects.filter(screening=screening).unanswered().first()
