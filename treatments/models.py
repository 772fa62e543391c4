"""Index of the treatment tables."""

from treatments.care.models import CareVersion
from treatments.cases.models import Case, CaseEntry
from treatments.confirmations.models import Confirmation
from treatments.consents.models import Consent, ConsentRequest, Document
from treatments.followups.models import Alert, Change, Enrolment, Followup, Layout, Reply, ReplyDraft
from treatments.outcomes.models import Rating
from treatments.photos.models import Photograph
from treatments.plans.models import Plan, PlanZone, Protocol
from treatments.products.models import AuthorisedZone, Device, Lot, Product
from treatments.recalls.models import Recall, RecallNotice
from treatments.screening.models import Decision, Draft, Letter, Query, QuestionnaireVersion, Screening
from treatments.sessions.models import (
    Amendment,
    AsAmended,
    ChartPoint,
    Closing,
    LotTaken,
    NumbingCream,
    OffLabelUse,
    Serum,
    Session,
    SessionDraft,
    SessionZone,
    SignedRecord,
    SkinSign,
)

__all__ = [
    "Alert",
    "Amendment",
    "AsAmended",
    "AuthorisedZone",
    "CareVersion",
    "Case",
    "CaseEntry",
    "Change",
    "ChartPoint",
    "Closing",
    "Confirmation",
    "Consent",
    "ConsentRequest",
    "Decision",
    "Device",
    "Document",
    "Draft",
    "Enrolment",
    "Followup",
    "Layout",
    "Letter",
    "Lot",
    "LotTaken",
    "NumbingCream",
    "OffLabelUse",
    "Photograph",
    "Plan",
    "PlanZone",
    "Product",
    "Protocol",
    "Query",
    "QuestionnaireVersion",
    "Rating",
    "Recall",
    "RecallNotice",
    "Reply",
    "ReplyDraft",
    "Screening",
    "Serum",
    "Session",
    "SessionDraft",
    "SessionZone",
    "SignedRecord",
    "SkinSign",
]
