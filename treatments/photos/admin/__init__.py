"""The pages of photographs; a session's own page shows its checklist."""

from treatments.photos.admin.offers import OFFERS
from treatments.photos.admin.pages import PhotographAdmin, panel_of
from treatments.sessions.admin import PANELS

PANELS.append(panel_of)

__all__ = ["OFFERS", "PhotographAdmin"]
