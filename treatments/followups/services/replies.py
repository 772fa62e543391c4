"""Take a client's answers."""

from datetime import datetime

from django.db import transaction

from clients.records.models import Client
from portal.audit.services import record
from portal.security.refusals import Refused
from treatments.followups.models import Followup, Reply
from treatments.followups.questions import QUESTIONS, Answers, transcript
from treatments.followups.redflags import ACT_WITHIN, assess_reply
from treatments.followups.services.alerts import raise_alert


class NothingAsked(Refused):
    """This email asks for no answers."""


class AlreadyAnswered(Refused):
    """These questions were answered already; the first answers count."""


@transaction.atomic
def submit_reply(*, followup: Followup, answers: Answers, at: datetime) -> Reply:
    """Keep a client's answers, once; raise a red flag if they need a person. Raises AlreadyAnswered, NothingAsked."""
    Client.objects.held(followup.client_id)
    held = Followup.objects.select_for_update(of=("self",), no_key=True).select_related("clinic", "client")
    followup = held.get(pk=followup.pk)
    if not QUESTIONS[followup.asks]:
        raise NothingAsked
    if Reply.objects.filter(followup=followup).exists():
        raise AlreadyAnswered
    urgency, flags = assess_reply(followup.asks, answers)
    reply = Reply.objects.create(
        clinic=followup.clinic,
        followup=followup,
        answers=answers,
        transcript=transcript(followup.asks, answers),
        urgency=urgency,
        red_flags=[flag.key for flag in flags],
        submitted_at=at,
    )
    record(
        clinic=followup.clinic, action="reply.received", subject=reply, at=at, client_acted=True, followup=followup.pk
    )
    if urgency in ACT_WITHIN:
        raise_alert(reply, urgency, at)
    return reply
