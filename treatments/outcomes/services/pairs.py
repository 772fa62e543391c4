"""Which photographs can be compared to rate a result: the same view, before the series and at a follow-up."""

from collections.abc import Iterable
from dataclasses import dataclass

from clients.records.models import Client
from treatments.outcomes.models import Rating
from treatments.photos.models import Photograph
from treatments.photos.terms import Moment, View
from treatments.sessions.models import Session


@dataclass(frozen=True)
class Pair:
    """One view before and at the follow-up of a session, and whether somebody has rated that one."""

    before: Photograph
    after: Photograph
    rated: bool

    @property
    def view(self) -> View:
        """What both show."""
        return View(self.after.view)

    @property
    def session(self) -> Session:
        """The session whose results are seen."""
        return self.after.session


def pairs_of(session: Session) -> list[Pair]:
    """The matched photographs of one session's results, by view; two queries."""
    taken = Photograph.objects.standing().filter(session__plan=session.plan_id).select_related("session")
    rated = Rating.objects.filter(session=session)
    return [pair for pair in _pairs(taken.through_time(), rated_among(rated)) if pair.session == session]


def to_rate(client: Client, photographs: Iterable[Photograph]) -> list[Pair]:
    """Of a client's photographs, with their sessions, the earliest first: the matched ones that nobody has rated."""
    return [pair for pair in _pairs(photographs, rated_among(Rating.objects.filter(client=client))) if not pair.rated]


def rated_among(ratings: Iterable[Rating]) -> set[int]:
    """The ids of the photographs that ratings are about."""
    return {rating.after_id for rating in ratings}


def _pairs(photographs: Iterable[Photograph], rated: set[int]) -> list[Pair]:
    """The newest follow-up of each session and view, with the plan's earliest from before at that view."""
    before: dict[tuple[int, str], Photograph] = {}
    after: dict[tuple[int, str], Photograph] = {}
    for one in photographs:
        if one.moment == Moment.BEFORE:
            before.setdefault((one.session.plan_id, one.view), one)
        elif one.moment == Moment.FOLLOW_UP:
            after[one.session_id, one.view] = one
    both = [(before.get((one.session.plan_id, one.view)), one) for one in after.values()]
    pairs = [Pair(first, one, one.pk in rated) for first, one in both if first and not why_not_matched(first, one)]
    return sorted(pairs, key=lambda pair: (pair.session.number, View.values.index(pair.after.view)))


def why_not_matched(before: Photograph, after: Photograph) -> str:
    """Why two photographs say nothing of a result, "" when they do."""
    if before.client_id != after.client_id or before.view != after.view:
        return "These two do not show the same view of one client."
    if before.moment != Moment.BEFORE or after.moment != Moment.FOLLOW_UP:
        return "A result is rated on a photograph from before and one from a follow-up."
    if before.taken_at >= after.taken_at:
        return "The photograph from before is the later of the two."
    return "One of the two was removed." if before.removed_at or after.removed_at else ""
