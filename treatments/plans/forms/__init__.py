"""The forms of plans and protocols, and the lines for needle depths that sessions use too."""

from treatments.plans.forms.depths import DepthLines
from treatments.plans.forms.plans import PlanForm, StopForm, practitioners
from treatments.plans.forms.protocols import ProtocolForm, PublishForm

__all__ = ["DepthLines", "PlanForm", "ProtocolForm", "PublishForm", "StopForm", "practitioners"]
