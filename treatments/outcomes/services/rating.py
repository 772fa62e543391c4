"""Rate what two matched photographs show of each goal of the plan."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from clients.records.models import Client
from clients.records.terms import Goal
from portal.audit.services import record
from portal.security.refusals import Refused
from treatments.outcomes.models import Rating
from treatments.outcomes.services.pairs import why_not_matched
from treatments.outcomes.terms import SCALE, Judged
from treatments.photos.models import Photograph
from treatments.photos.services import why_no_photographs
from treatments.sessions.models import Session

if TYPE_CHECKING:
    from portal.practice.models import User


class NotMatched(Refused):
    """These two photographs say nothing of a result."""


class PhotographsHidden(Refused):
    """The client has not agreed to photographs for the record."""


class NoGoals(Refused):
    """The plan has no goals to rate. Write them into the plan first."""


class GoalMissing(Refused):
    """Rate each goal of the plan, or say that it cannot be judged from these."""


def goals_of(session: Session) -> list[Goal]:
    """The goals of the session's plan, in their usual order."""
    return [goal for goal in Goal if goal in session.plan.goals]


@transaction.atomic
def rate_photographs(
    *, before: Photograph, after: Photograph, judged: Mapping[str, str], by: "User", at: datetime
) -> list[Rating]:
    """A new row for each goal; what was rated earlier stays as it was. Raises a Refused of this file."""
    client = Client.objects.held(after.client_id)  # a withdrawal comes before this or after it, never between
    before, after = Photograph.objects.held(before.pk), Photograph.objects.held(after.pk)
    why = why_not_matched(before, after)
    if why:
        raise NotMatched(why)
    hidden = why_no_photographs(client)
    if hidden:
        raise PhotographsHidden(hidden)
    goals = goals_of(after.session)
    if not goals:
        raise NoGoals
    if not all(judged.get(goal) in Judged.values for goal in goals):
        raise GoalMissing
    ratings = [
        Rating.objects.create(
            clinic_id=after.clinic_id,
            client=client,
            session=after.session,
            before=before,
            after=after,
            goal=goal,
            judged=judged[goal],
            scale=SCALE,
            rated_at=at,
            rated_by=by,
        )
        for goal in goals
    ]
    record(clinic=after.clinic, action="rating.added", subject=ratings[0], at=at, by=by, session=after.session_id)
    return ratings
