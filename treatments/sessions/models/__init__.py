"""The tables of sessions."""

from treatments.sessions.models.charting import ChartPoint, OffLabelUse
from treatments.sessions.models.closing import Closing, SkinSign
from treatments.sessions.models.drafts import SessionDraft
from treatments.sessions.models.materials import LotTaken, NumbingCream, Serum
from treatments.sessions.models.sessions import Session, SessionQuerySet
from treatments.sessions.models.signing import Amendment, AsAmended, SignedRecord
from treatments.sessions.models.zones import SessionZone

__all__ = [
    "Amendment",
    "AsAmended",
    "ChartPoint",
    "Closing",
    "LotTaken",
    "NumbingCream",
    "OffLabelUse",
    "Serum",
    "Session",
    "SessionDraft",
    "SessionQuerySet",
    "SessionZone",
    "SignedRecord",
    "SkinSign",
]
