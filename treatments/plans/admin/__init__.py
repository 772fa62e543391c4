"""The pages of plans and of the protocols they begin from."""

from treatments.plans.admin.plans import PlanAdmin, PractitionerFilter
from treatments.plans.admin.protocols import ProtocolAdmin

__all__ = ["PlanAdmin", "PractitionerFilter", "ProtocolAdmin"]
