"""Where it is offered to rate results: on the session's page, and beside two photographs that are compared."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from portal.practice.middleware import acting
from treatments.outcomes.models import Rating
from treatments.outcomes.services import goals_of, pairs_of, why_not_matched
from treatments.photos.admin.cures import why_hidden
from treatments.photos.admin.offers import Button
from treatments.photos.models import Photograph
from treatments.sessions.models import Session


def rate_url(before: Photograph, after: Photograph) -> str:
    """The page that rates what these two show."""
    asked = {"before": before.pk, "after": after.pk}
    return f"{reverse('admin:treatments_rating_add')}?{urlencode(asked)}"


def panel_of(request: HttpRequest, session: Session) -> dict[str, Any] | None:
    """What was rated of a session's results, and what can be; None while there is nothing of either."""
    if not request.user.has_perm("treatments.view_rating"):
        return None
    ratings = list(Rating.objects.filter(session=session).select_related("rated_by", "after"))
    may_rate = request.user.has_perm("treatments.add_rating") and not why_hidden(session.client, acting(request))
    pairs = pairs_of(session) if may_rate and goals_of(session) else []
    if not ratings and not pairs:
        return None
    return {
        "template": "admin/treatments/rating/panel.html",
        "ratings": ratings,
        "pairs": [(pair, rate_url(pair.before, pair.after)) for pair in pairs],
    }


def offer_of(request: HttpRequest, first: Photograph, second: Photograph) -> Button | None:
    """To rate the two, when they are from before and from a follow-up."""
    if not request.user.has_perm("treatments.add_rating") or why_not_matched(first, second):
        return None
    return Button("Rate the results on these two", rate_url(first, second))
