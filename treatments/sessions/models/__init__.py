"""The tables of sessions."""

from treatments.sessions.models.sessions import Session, SessionQuerySet
from treatments.sessions.models.zones import SessionZone

__all__ = ["Session", "SessionQuerySet", "SessionZone"]
