"""Whether an accepted screening holds for a plan on a day, and what cures it when not."""

from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal

from clients.records.models import Client
from treatments.products.terms import DeviceKind, Zone, whole_of
from treatments.screening.guidance import heaviest, in_words
from treatments.screening.models import Screening
from treatments.screening.rules import PlanFacts
from treatments.screening.terms import Outcome, State

# What cures an accepted screening that does not hold for a plan: the last words of why_not_held.
RE_ASSESS = "Re-assess it."  # the plan goes beyond it
CHANGE_PLAN = "Change the plan."
LATER_DAY = "Choose that day or a later one."


def screening_in_force(*, client: Client) -> Screening | None:
    """The client's newest screening that was filled in, if it is accepted."""
    newest = _newest(client)
    return newest if newest is not None and newest.state == State.ACCEPTED else None


def newest_answered(clients: Iterable[int]) -> dict[int, Screening]:
    """Of these clients (by id) the newest screening that was filled in: its state and its day, no answers."""
    found: dict[int, Screening] = {}
    for screening in Screening.objects.filter(client__in=clients).answered().only("client_id", "state", "submitted_at"):
        found.setdefault(screening.client_id, screening)
    return found


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
    newest = _newest(client)
    if newest is None:
        return _why_none(client)
    if newest.state == State.ACCEPTED:
        plan = PlanFacts(frozenset(areas), device_kind, topical_anaesthetic)
        return why_not_held(newest, plan, max_depth_mm, on)
    if newest.state == State.DEFERRED:
        return (
            f"The screening was deferred until {in_words(newest.defer_until)}. "
            "From that day decide again, or invite the client to a new form."
        )
    if newest.state == State.REFUSED:
        return "The newest screening was decided as not suitable. If things have changed, send a new screening form."
    return "The client has filled in a screening form that nobody has reviewed yet. Review it first."


def beyond(accepted: Screening, plan: PlanFacts, max_depth_mm: Decimal) -> list[str]:
    """What of a plan goes beyond what the screening was judged with, each in a few words."""
    judged = set(accepted.areas)
    found = [f"a new area ({Zone(zone).label})" for zone in sorted(plan.areas) if not judged & {zone, whole_of(zone)}]
    if max_depth_mm > accepted.max_depth_mm:
        found.append(f"a deeper needle ({max_depth_mm:.2f} mm in the place of {accepted.max_depth_mm} mm)")
    if plan.device == DeviceKind.RADIO_FREQUENCY != accepted.device_kind:
        found.append("radio frequency")
    if plan.topical_anaesthetic and not accepted.topical_anaesthetic:
        found.append("numbing cream")
    return found


def _newest(client: Client) -> Screening | None:
    return Screening.objects.filter(client=client).answered().select_related("clinic").first()


def _why_none(client: Client) -> str:
    if Screening.objects.filter(client=client).awaiting_client().exists():
        again = "send it again" if client.email else "hand it over"
        return f"The screening form was sent, and the client has not filled it in yet. Wait for it, or {again}."
    return f"This client has no screening. {'Send' if client.email else 'Give'} them the screening form."


def why_not_held(accepted: Screening, plan: PlanFacts, max_depth_mm: Decimal, on: date) -> str:
    """Why an accepted screening does not hold for a plan on that day, and what cures it; "" when it holds."""
    if accepted.valid_until is None or accepted.valid_until < on:
        return f"The screening held until {in_words(accepted.valid_until)}. Send a new screening form."
    now = accepted.assess(on=on, plan=plan)
    if now.outcome == Outcome.CONTRAINDICATED:
        return f"The accepted screening does not allow this plan. {heaviest(now)} {CHANGE_PLAN}"
    if now.outcome == Outcome.DEFER:
        return f"The answers ask to wait until {in_words(now.defer_until)}. {LATER_DAY}"
    more = beyond(accepted, plan, max_depth_mm)
    if more:
        return f"The plan goes beyond what the screening was judged with: {', '.join(more)}. {RE_ASSESS}"
    accepted_on = accepted.local_day(accepted.decided_at) if accepted.decided_at else on
    known = {(r.key, r.level, r.text) for r in accepted.assess(on=accepted_on).reasons}
    news = [reason.text for reason in now.reasons if (reason.key, reason.level, reason.text) not in known]
    return f"This plan needs a new review. {news[0]} {RE_ASSESS}" if news else ""
