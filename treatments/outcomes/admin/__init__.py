"""The pages of outcomes; a session's page and two compared photographs offer to rate the results."""

from treatments.outcomes.admin.pages import RatingAdmin
from treatments.outcomes.admin.panel import offer_of, panel_of
from treatments.photos.admin import OFFERS
from treatments.sessions.admin import PANELS

PANELS.append(panel_of)
OFFERS.append(offer_of)

__all__ = ["RatingAdmin"]
