"""The pages of sessions."""

from treatments.sessions.admin.pages import SessionAdmin

__all__ = ["SessionAdmin"]
