"""How a client stands today, from their rows: the facts for the next steps."""

from dataclasses import replace
from datetime import date
from typing import Any

from portal.client_page.history import History, local_day
from portal.client_page.steps import Facts
from portal.practice.models import Membership
from treatments.confirmations.services import newest_of, why_not_confirmed
from treatments.confirmations.terms import State as ConfirmationState
from treatments.consents.models import Consent
from treatments.consents.services import consent_in_force, first_day, why_no_consent
from treatments.consents.terms import ConsentPurpose
from treatments.consents.terms import State as ConsentState
from treatments.plans.models import Plan
from treatments.products.terms import LEAST_MM, DeviceKind
from treatments.screening.models import Screening
from treatments.screening.services import RE_ASSESS, why_not_screened
from treatments.screening.terms import State as ScreeningState
from treatments.sessions.models import Session
from treatments.sessions.rules import may_start
from treatments.sessions.services import planned_facts
from treatments.sessions.terms import State as SessionState

DECLINED = {ConsentState.REFUSED, ConsentState.WITHDRAWN}


def facts_of(history: History, on: date, looks: Membership | None = None) -> Facts:
    """How the client stands on one day, for next_steps(). `looks` is who looks at the page."""
    booked = next(iter(history.sessions_in(SessionState.BOOKED)), None)
    started = next(iter(history.sessions_in(SessionState.IN_PROGRESS)), None)
    plan = history.plan if history.runs else None
    taken = [row for row in history.sessions if plan and row.plan_id == plan.pk and row.state != SessionState.CANCELLED]
    facts = Facts(
        client=history.client.pk,
        name=history.client.called,
        archived=history.client.archived_at is not None,
        has_email=bool(history.client.email),
        red_flag=next((flag.pk for flag in history.waiting_flags), None),
        in_progress=started.pk if started else None,
        booked=booked.pk if booked else None,
        booked_today=booked is not None and local_day(booked.scheduled_for) <= on,
        plan=plan.pk if plan else None,
        sessions_left=max(plan.sessions_planned - len(taken), 0) if plan else 0,
    )
    facts = with_screening(facts, history, on)
    facts = with_confirmation(facts, booked, on) if booked else facts
    if not history.cares:
        return facts
    facts = with_consent(facts, history, plan, looks, on) if plan else facts
    return replace(facts, problems=tuple(may_start(planned_facts(booked, on)))) if booked else facts


def with_screening(facts: Facts, history: History, on: date) -> Facts:
    """Adds what was asked about the client's health, and what it came to."""
    newest = max((row for row in history.screenings if row.submitted_at), key=submitted, default=None)
    to_decide = Screening.objects.filter(client=history.client).to_review().order_by("-submitted_at", "-id").first()
    why_not = why_not_screened_for(history, newest, on)
    awaiting = next((row.pk for row in history.screenings if row.state == ScreeningState.SENT), None)
    may_come_back = newest and newest.state == ScreeningState.DEFERRED and not turns_down(newest, on) and not awaiting
    return replace(
        facts,
        to_review=to_decide.pk if to_decide else None,
        to_reassess=newest.pk if newest and why_not.endswith(RE_ASSESS) else None,
        awaiting_client=awaiting,
        asked=bool(history.screenings),
        screened=not why_not,
        may_come_back=newest.pk if newest and may_come_back and not to_decide else None,
        turned_down=newest is not None and turns_down(newest, on) and not to_decide,
        why_not=why_not if history.cares and not to_decide else "",
    )


def turns_down(screening: Screening, on: date) -> bool:
    """Whether it was refused, or deferred to a day that is still to come."""
    waits = screening.defer_until is not None and screening.defer_until > on
    return screening.state == ScreeningState.REFUSED or (screening.state == ScreeningState.DEFERRED and waits)


def with_confirmation(facts: Facts, booked: Session, on: date) -> Facts:
    """Adds whether the client has confirmed their answers before the booked session."""
    newest = newest_of(booked)
    waits = newest is not None and newest.state == ConfirmationState.ASKED
    confirmed = not why_not_confirmed(session=booked, on=on)
    return replace(facts, to_confirm=newest.pk if newest and waits else None, confirmed=confirmed)


def with_consent(facts: Facts, history: History, plan: Plan, looks: Membership | None, on: date) -> Facts:
    """Adds whether a consent covers the plan, and whether asking would cure it: not while days to reflect run."""
    signed = consent_in_force(client=history.client, purpose=ConsentPurpose.TREATMENT)
    counts_from = max(on, first_day(signed)) if signed else on
    treatment = [row for row in history.consents if row.purpose == ConsentPurpose.TREATMENT]
    waiting = next((row for row in treatment if row.state == ConsentState.ASKED), None)
    problem, later = why_not_consented_to(plan, on), why_not_consented_to(plan, counts_from)
    takes = looks is None or looks.pk == plan.practitioner_id
    only = "" if takes or not later or waiting else f" Only {plan.practitioner}, who treats, can ask for it."
    return replace(
        facts,
        consented=not later,
        consent_waits=waiting.request_id if waiting else None,
        declined=last_word(treatment) in DECLINED,
        takes_consent=takes,
        why_no_consent=f"{problem}{only}" if problem else "",
    )


def last_word(consents: list[Consent]) -> str:
    """How the client's newest answer stands; "" while there is none."""
    answered = [row for row in consents if row.answered_at]
    newest: Any = max(answered, key=lambda row: (row.answered_at, row.pk), default=None)
    return newest.state if newest else ""


def submitted(screening: Screening) -> tuple[Any, int]:
    """The order in which answers came in."""
    return (screening.submitted_at, screening.pk)


def why_not_consented_to(plan: Plan, on: date) -> str:
    """Why no consent is in force for a plan on that day."""
    return why_no_consent(
        client=plan.client,
        practitioner=plan.practitioner,
        zones=list(plan.zones.all()),
        device_kind=plan.device_kind,
        topical_anaesthetic=plan.topical_anaesthetic,
        on=on,
    )


def why_not_screened_for(history: History, newest: Screening | None, on: date) -> str:
    """Why the client's screening does not hold on that day for their plan, or without one for what it asked about."""
    plan = history.plan if history.runs else None
    planned = plan or newest
    areas = [zone.zone for zone in plan.zones.all()] if plan else newest.areas if newest else []
    return why_not_screened(
        client=history.client,
        areas=areas,
        device_kind=planned.device_kind if planned else DeviceKind.MECHANICAL,
        topical_anaesthetic=planned.topical_anaesthetic if planned else False,
        max_depth_mm=max((zone.depth_mm for zone in plan.zones.all()), default=LEAST_MM) if plan else LEAST_MM,
        on=on,
    )
