"""Whether an accepted screening holds for a plan on a day, and what cures it when not."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from clients.records.models import Client
from treatments.screening.guidance import heaviest, in_words
from treatments.screening.models import Screening
from treatments.screening.rules import PlanFacts
from treatments.screening.terms import Outcome, State


def why_not_screened(
    *,
    client: Client,
    areas: Collection[str],
    device_kind: str,
    topical_anaesthetic: bool,
    max_depth_mm: Decimal,
    on: date,
) -> str:
    """Why the client may not be treated like this on that day, and what cures it.

    "" when their newest screening is accepted and holds for this plan on that day.
    """
    newest = Screening.objects.filter(client=client).answered().select_related("clinic").first()
    if newest is None:
        return _why_none(client)
    if newest.state == State.ACCEPTED:
        return _why_not_held(newest, PlanFacts(frozenset(areas), device_kind, topical_anaesthetic), on)
    if newest.state == State.DEFERRED:
        return f"The screening was deferred until {in_words(newest.defer_until)}. Decide again from that day."
    if newest.state == State.REFUSED:
        return "The newest screening was decided as not suitable. If things have changed, send a new screening form."
    return "The client has filled in a screening form that nobody has reviewed yet. Review it first."


def _why_none(client: Client) -> str:
    if Screening.objects.filter(client=client).awaiting_client().exists():
        return "The screening form was sent, and the client has not filled it in yet. Wait for it, or send it again."
    return "This client has no screening. Send them the screening form."


def _why_not_held(accepted: Screening, plan: PlanFacts, on: date) -> str:
    if accepted.valid_until is None or accepted.valid_until < on:
        return f"The screening held until {in_words(accepted.valid_until)}. Send a new screening form."
    now = accepted.assess(on=on, plan=plan)
    if now.outcome == Outcome.CONTRAINDICATED:
        return f"The accepted screening does not allow this plan. {heaviest(now)} Change the plan."
    if now.outcome == Outcome.DEFER:
        return f"The answers ask to wait until {in_words(now.defer_until)}. Choose that day or a later one."
    accepted_on = accepted.local_day(accepted.decided_at) if accepted.decided_at else on
    known = {(r.key, r.level, r.text) for r in accepted.assess(on=accepted_on).reasons}
    news = [reason.text for reason in now.reasons if (reason.key, reason.level, reason.text) not in known]
    if news:
        return f"This plan needs a new review. {news[0]} Send a new screening form for this plan and review it."
    return ""
