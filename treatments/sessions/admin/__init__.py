"""The pages of sessions."""

from treatments.sessions.admin.gaps import HINTS
from treatments.sessions.admin.pages import SessionAdmin
from treatments.sessions.admin.panels import PANELS

__all__ = ["HINTS", "PANELS", "SessionAdmin"]
