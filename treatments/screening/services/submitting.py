"""The client's side: keep what is written so far, then take the answers, once."""

from datetime import datetime

from django.db import transaction

from clients.messages.services import cancel_messages
from portal.audit.services import record
from treatments.screening.models import Screening
from treatments.screening.questionnaire import default, fingerprint, snapshot
from treatments.screening.services.refusals import NotWaiting
from treatments.screening.services.rows import locked
from treatments.screening.services.sending import invitations
from treatments.screening.terms import State


@transaction.atomic
def submit_screening(*, screening: Screening, answers: dict[str, str | None], at: datetime) -> Screening:
    """Keep the client's answers, once, with the questionnaire and what its rules say. Raises NotWaiting, ValueError."""
    screening = locked(screening, NotWaiting, State.SENT)
    questionnaire = default()
    screening.questionnaire = snapshot(questionnaire)
    screening.questionnaire_hash = fingerprint(screening.questionnaire)
    screening.answers = answers
    screening.submitted_at = at
    screening.state = State.SUBMITTED
    screening.keep(screening.assess(on=screening.local_day(at)))
    screening.save()
    cancel_messages(messages=invitations(screening), why="The client had already filled in the form.", at=at)
    record(
        clinic=screening.clinic,
        action="screening.submitted",
        subject=screening,
        at=at,
        client_acted=True,
        questionnaire=screening.questionnaire_hash,
    )
    return screening
