"""The pages of reaction cases; a session's own page shows its cases."""

from treatments.reactions.admin.cases import CaseAdmin
from treatments.reactions.admin.panels import panel_of
from treatments.sessions.admin import PANELS

PANELS.append(panel_of)

__all__ = ["CaseAdmin"]
