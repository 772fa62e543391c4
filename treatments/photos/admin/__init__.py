"""The pages of photographs; a session's own page shows its checklist."""

from treatments.photos.admin.hints import hint_of
from treatments.photos.admin.offers import OFFERS
from treatments.photos.admin.pages import PhotographAdmin, panel_of
from treatments.sessions.admin import HINTS, PANELS

PANELS.append(panel_of)
HINTS.append(hint_of)

__all__ = ["OFFERS", "PhotographAdmin"]
