"""The pages of sessions."""

from treatments.sessions.admin.pages import SessionAdmin
from treatments.sessions.admin.panels import PANELS

__all__ = ["PANELS", "SessionAdmin"]
