"""Index of the treatment tables."""

from treatments.followups.models import Alert, Followup, Reply
from treatments.plans.models import Plan, PlanZone
from treatments.products.models import Device
from treatments.screening.models import Screening
from treatments.sessions.models import Session, SessionZone

__all__ = ["Alert", "Device", "Followup", "Plan", "PlanZone", "Reply", "Screening", "Session", "SessionZone"]
