"""Index of the treatment tables."""

from treatments.confirmations.models import Confirmation
from treatments.consents.models import Consent, ConsentRequest, Document
from treatments.followups.models import Alert, Followup, Reply
from treatments.plans.models import Plan, PlanZone
from treatments.products.models import Device
from treatments.screening.models import Decision, Draft, Letter, Query, QuestionnaireVersion, Screening
from treatments.sessions.models import Session, SessionZone

__all__ = [
    "Alert",
    "Confirmation",
    "Consent",
    "ConsentRequest",
    "Decision",
    "Device",
    "Document",
    "Draft",
    "Followup",
    "Letter",
    "Plan",
    "PlanZone",
    "Query",
    "QuestionnaireVersion",
    "Reply",
    "Screening",
    "Session",
    "SessionZone",
]
