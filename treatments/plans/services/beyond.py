"""Whether the screening and the consent of before still hold for a plan that was changed."""

from datetime import date

from treatments.consents.models import Consent
from treatments.consents.terms import ConsentPurpose
from treatments.plans.models import Plan
from treatments.plans.services.agreeing import agreed_among
from treatments.products.terms import LEAST_MM
from treatments.screening.services import RE_ASSESS, why_not_screened


def beyond_what_holds(plan: Plan, on: date) -> list[str]:
    """What the plan goes beyond, and what cures it, one sentence each.

    Nothing of a client who was never accepted, or never asked: that is the next step on their page anyway.
    """
    zones = list(plan.zones.all())
    why = why_not_screened(
        client=plan.client,
        areas=[row.zone for row in zones],
        device_kind=plan.device_kind,
        topical_anaesthetic=plan.topical_anaesthetic,
        max_depth_mm=max((row.depth_mm for row in zones), default=LEAST_MM),
        on=on,
    )
    consents = Consent.objects.filter(client=plan.client).to(ConsentPurpose.TREATMENT).in_force()
    uncovered = consents.exists() and not agreed_among([plan])
    said = "The client’s consent does not cover it. Ask for the consent again." if uncovered else ""
    return [words for words in (why if why.endswith(RE_ASSESS) else "", said) if words]
