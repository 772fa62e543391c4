"""Which plans the clients have agreed to, as their consents say it today."""

from collections.abc import Collection

from django.db.models import Max

from treatments.consents.models import Consent, Document
from treatments.consents.services import first_day, why_not_held
from treatments.consents.terms import ConsentPurpose
from treatments.plans.models import Plan


def agreed_among(plans: Collection[Plan]) -> set[int]:
    """The plans (by id) that the client's consent in force covers; as many queries for many as for one.

    The days to reflect do not matter here: the client has signed, and the gate keeps those.
    """
    signed = Consent.objects.filter(client__in={plan.client_id for plan in plans}).to(ConsentPurpose.TREATMENT)
    rows = signed.in_force().select_related("clinic", "document", "practitioner__user")
    consents = {row.client_id: row for row in rows.defer("text", "signature")}
    if not consents:
        return set()
    published = Document.objects.published().to(ConsentPurpose.TREATMENT).filter(asks_again=True)
    newest: int = published.order_by().aggregate(newest=Max("number"))["newest"] or 0
    read = Plan.objects.filter(pk__in=[plan.pk for plan in plans], client__in=consents)
    found = read.select_related("practitioner__user").prefetch_related("zones")
    return {plan.pk for plan in found if _is_held(plan, consents[plan.client_id], newest)}


def _is_held(plan: Plan, consent: Consent, newest: int) -> bool:
    zones = list(plan.zones.all())
    return bool(zones) and not why_not_held(
        consent,
        text_changed=consent.document.number < newest,
        practitioner=plan.practitioner,
        zones=zones,
        device_kind=plan.device_kind,
        topical_anaesthetic=plan.topical_anaesthetic,
        on=first_day(consent),
    )
