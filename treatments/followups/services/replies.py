"""Take a client's answers."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from clients.records.models import Client
from portal.audit.services import record
from portal.security.refusals import Refused
from treatments.followups.models import Followup, Reply, ReplyDraft
from treatments.followups.questions import QUESTIONS, Answers, Question, part_of, together, transcript
from treatments.followups.redflags import ACT_WITHIN, RANK, assess_reply
from treatments.followups.services.alerts import raise_alert
from treatments.followups.services.changes import note_changes
from treatments.followups.services.reminders import heard_from
from treatments.followups.terms import Urgency

PRESSED_TWICE = timedelta(minutes=10)  # the very same answers within this time are one submission
MOST = 20  # submissions to one step; more are no answers


class NothingAsked(Refused):
    """This email asks for no answers."""


class TooOften(Refused):
    """These questions were answered too many times. Please call the clinic."""


def submit_reply(*, followup: Followup, answers: Answers, at: datetime) -> Reply:
    """Keep a client's answers to one step. Raises NothingAsked, TooOften."""
    return submit_replies(followups=[followup], answers=answers, at=at)[0]


@transaction.atomic
def submit_replies(*, followups: Sequence[Followup], answers: Answers, at: datetime) -> list[Reply]:
    """Keep a client's answers to the steps of one page: each step's own, once. Raises NothingAsked, TooOften.

    The first answers to a step count. Later ones are added beside them, and judged like them. All are of one client.
    """
    Client.objects.held(followups[0].client_id)
    held = Followup.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    rows = held.select_related("clinic", "client", "message", "session__plan").in_bulk(
        [followup.pk for followup in followups]
    )
    steps = [rows[followup.pk] for followup in followups]
    if not all(QUESTIONS[step.asks] for step in steps):
        raise NothingAsked
    asked = together(step.questions for step in steps)
    newest = {reply.followup_id: reply for reply in Reply.objects.filter(followup__in=rows).order_by("number")}
    kept = [(step, part_of(step.questions, answers), newest.get(step.pk)) for step in steps]
    new = {row.pk: _keep(row, own, before, asked, at) for row, own, before in kept if not _again(own, before, at)}
    _raise_alerts(new.values(), at)
    ReplyDraft.objects.filter(followup__in=rows).delete()
    heard_from(followups=list(rows.values()), at=at)
    return [(newest | new)[step.pk] for step in steps]


def _again(answers: Answers, newest: Reply | None, at: datetime) -> bool:
    """Whether it is what was kept just before: a button pressed twice."""
    return newest is not None and newest.answers == answers and at - newest.submitted_at <= PRESSED_TWICE


def _keep(
    followup: Followup, answers: Answers, newest: Reply | None, asked: tuple[Question, ...], at: datetime
) -> Reply:
    """One step's answers as its next reply."""
    if newest and newest.number >= MOST:
        raise TooOften
    urgency, flags = assess_reply(followup.asks, answers)
    reply = Reply.objects.create(
        clinic=followup.clinic,
        followup=followup,
        number=newest.number + 1 if newest else 1,
        answers=answers,
        transcript=transcript(followup.questions, answers, asked),
        urgency=urgency,
        red_flags=[flag.key for flag in flags],
        submitted_at=at,
    )
    note_changes(reply)
    record(
        clinic=followup.clinic,
        action="reply.received",
        subject=reply,
        at=at,
        client_acted=True,
        followup=followup.pk,
        number=reply.number,
    )
    return reply


def _raise_alerts(replies: Iterable[Reply], at: datetime) -> None:
    """The heaviest first; what one submission said twice, to two steps, is one red flag."""
    told: set[str] = set()
    for reply in sorted(replies, key=lambda reply: -RANK[Urgency(reply.urgency)]):
        urgency = Urgency(reply.urgency)
        if urgency in ACT_WITHIN and not told.issuperset(reply.red_flags):
            raise_alert(reply, urgency, at)
            told.update(reply.red_flags)
