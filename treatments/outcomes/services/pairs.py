"""Which photographs can be compared to rate a result: the same view, before the series and at a follow-up."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from clients.records.models import Client
from treatments.care.schedule import WINDOW_CLOSES, WINDOW_OPENS
from treatments.consents.models import Consent
from treatments.consents.terms import ConsentPurpose
from treatments.outcomes.models import Rating
from treatments.photos.models import Photograph, PhotographQuerySet
from treatments.photos.terms import Moment, View
from treatments.sessions.models import Session

STANDS = timedelta(days=60)  # so long an unrated photograph is a to-do
SOONER, LATER = timedelta(days=1), timedelta(days=7)  # than the results window: another hour, a late answer


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


def to_rate_of_many(at: datetime) -> list[Pair]:
    """Of each session one view whose results show and nobody has rated, the longest waiting first; two queries.

    Shown are results of the weeks 4 to 6, and for so long only: who begins to rate is not shown those of years.
    """
    after = _unrated(at).select_related("client", "session__plan", "session__practitioner", "session__as_amended")
    shown = [one for one in after.through_time() if _shows_results(one)]
    plans = {one.session.plan_id for one in shown}
    before = Photograph.objects.standing().filter(moment=Moment.BEFORE, session__plan__in=plans)
    through_time = sorted([*before.select_related("session"), *shown], key=lambda one: (one.taken_at, one.pk))
    of_session: dict[int, Pair] = {}
    for pair in sorted(_pairs(through_time, set()), key=lambda pair: pair.after.taken_at):
        of_session.setdefault(pair.after.session_id, pair)
    return list(of_session.values())


def _unrated(at: datetime) -> PhotographQuerySet:
    """Follow-ups of the last weeks that may be seen, of plans with goals, since which nobody has rated the session."""
    rated = Rating.objects.filter(session=OuterRef("session"), rated_at__gte=OuterRef("taken_at"))
    agreed = Consent.objects.filter(client=OuterRef("client")).to(ConsentPurpose.PHOTO_RECORD).in_force()
    taken = Photograph.objects.standing().filter(moment=Moment.FOLLOW_UP, taken_at__gt=at - STANDS)
    return taken.exclude(session__plan__goals=[]).filter(~Exists(rated), Exists(agreed))


def _shows_results(one: Photograph) -> bool:
    """Whether it was taken in the results window, or with the client's answer a little later."""
    after = one.taken_at - one.session.takes_place_at
    return WINDOW_OPENS - SOONER <= after <= WINDOW_CLOSES + LATER


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
