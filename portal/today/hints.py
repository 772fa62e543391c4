"""What still keeps booked sessions from starting, in a few words. All of a day's sessions are read at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Max

from portal.practice.models import Certificate
from portal.practice.terms import Country
from treatments.cases.models import Case
from treatments.confirmations.models import Confirmation
from treatments.confirmations.rules import Facts as Said
from treatments.confirmations.rules import why_not as why_not_confirmed
from treatments.confirmations.terms import State as ConfirmationState
from treatments.consents.models import Consent, Document
from treatments.consents.services import REFLECTING
from treatments.consents.services import why_not_held as why_not_consented
from treatments.consents.terms import ConsentPurpose
from treatments.consents.terms import State as ConsentState
from treatments.followups.models import Alert
from treatments.plans.guidance import ZoneDepth
from treatments.products.terms import LEAST_MM, DeviceKind
from treatments.screening.models import Screening
from treatments.screening.rules import PlanFacts
from treatments.screening.services import RE_ASSESS, why_not_held
from treatments.screening.terms import State as ScreeningState
from treatments.sessions.models import Session
from treatments.sessions.rules import Facts, checks
from treatments.sessions.terms import Ground, State

NOT_ACCEPTED = {
    ScreeningState.SUBMITTED: "Screening to review",
    ScreeningState.DEFERRED: "Screening deferred",
    ScreeningState.REFUSED: "Not suitable",
}
NOT_SIGNED = {
    ConsentState.ASKED: "Consent not signed yet",
    ConsentState.REFUSED: "Consent refused",
    ConsentState.WITHDRAWN: "Consent withdrawn",
    ConsentState.OUTDATED: "Ask for consent again",
}

# What the gate asks, in a few words. These three say themselves what is missing.
TOLD = {Ground.SCREENING, Ground.CONFIRMATION, Ground.CONSENT}
IN_FEW_WORDS = {
    Ground.CLIENT: "Archived",
    Ground.AGE: "Not 18 yet",
    Ground.PLAN: "Plan has ended",
    Ground.CERTIFICATE: "No certificate for this",
    Ground.INTERVAL: "Too soon after the last session",
    Ground.RED_FLAG: "Red flag open",
    Ground.CASE: "Reaction case open",
    Ground.ALONE: "Another session in progress",
    Ground.PREMISES: "Premises not permitted",
}


@dataclass(frozen=True)
class Known:
    """What is known about the clients and the people of some sessions, read in one go."""

    screenings: dict[int, Screening]  # by client: the newest that was filled in
    confirmations: dict[int, Confirmation]  # by session: the newest that was not closed
    changed: set[int]  # sessions before which the client said that something has changed
    reported: dict[int, datetime]  # by client: when they last said that something has changed
    consents: dict[int, list[Consent]]  # by client: to treatment, the newest first
    asks_again: int  # the newest version of the text that everybody has to sign
    certificates: list[Certificate]
    flagged: set[int]
    in_case: set[int]
    last_done: dict[int, datetime]
    treated_now: set[int]


def hints_for(sessions: Sequence[Session]) -> dict[int, list[str]]:
    """By session: what is missing before it can start on the day it is booked for."""
    booked = [session for session in sessions if session.state == State.BOOKED]
    if not booked:
        return {}
    known = read_known(booked)
    return {session.pk: hints_of(session, known) for session in booked}


def read_known(sessions: Sequence[Session]) -> Known:
    """The rows behind the hints; the number of queries does not depend on how many sessions there are."""
    clients = {session.client_id for session in sessions}
    consents: dict[int, list[Consent]] = {}
    rows = Consent.objects.filter(client_id__in=clients).to(ConsentPurpose.TREATMENT)
    for consent in rows.select_related("clinic", "document", "practitioner__user").defer("text", "signature"):
        consents.setdefault(consent.client_id, []).append(consent)
    answered = Screening.objects.filter(client_id__in=clients).answered().select_related("clinic")
    asked = Confirmation.objects.filter(session__in=sessions).standing()
    changed = Confirmation.objects.filter(client_id__in=clients, state=ConfirmationState.CHANGED)
    texts = Document.objects.published().to(ConsentPurpose.TREATMENT).filter(asks_again=True)
    done = Session.objects.completed().filter(client_id__in=clients)
    begun = Session.objects.filter(client_id__in=clients, state=State.IN_PROGRESS)
    practitioners = {session.practitioner_id for session in sessions}
    return Known(
        screenings={row.client_id: row for row in reversed(answered)},
        confirmations={row.session_id: row for row in reversed(asked)},
        changed={row.session_id for row in asked if row.state == ConfirmationState.CHANGED},
        reported=dict(changed.order_by().values_list("client_id").annotate(Max("answered_at"))),
        consents=consents,
        asks_again=texts.aggregate(newest=Max("number"))["newest"] or 0,
        certificates=list(Certificate.objects.filter(membership_id__in=practitioners)),
        flagged=set(Alert.objects.waiting().filter(client_id__in=clients).values_list("client_id", flat=True)),
        in_case=set(Case.objects.open().filter(client_id__in=clients).values_list("client_id", flat=True)),
        last_done=dict(done.order_by().values_list("client_id").annotate(Max("ended_at"))),
        treated_now=set(begun.values_list("client_id", flat=True)),
    )


def hints_of(session: Session, known: Known) -> list[str]:
    """Each condition of the gate that does not hold, in the gate's order."""
    missing = [check for check in checks(facts_of(session, known)) if check.problem]
    return [check.problem if check.ground in TOLD else IN_FEW_WORDS[check.ground] for check in missing]


def facts_of(session: Session, known: Known) -> Facts:
    """What the gate asks, with the problems in a few words."""
    day, plan, client = session.clinic.local_day(session.scheduled_for), session.plan, session.client
    done = known.last_done.get(client.pk)
    return Facts(
        on=day,
        client_archived=client.archived_at is not None,
        born=client.date_of_birth,
        plan_running=plan.is_running,
        practitioner="",
        practitioner_left=session.practitioner.ended_at is not None,
        screening_problem=screening_hint(session, known.screenings.get(client.pk), day),
        confirmation_problem=confirmation_hint(session, known, day),
        consent_problem=consent_hint(session, known, day),
        needling="",
        certified_mm=certified(session, known.certificates, day),
        zones=tuple(ZoneDepth(zone.zone, zone.depth_mm, zone.reason) for zone in plan.zones.all()),
        is_rf=plan.device_kind == DeviceKind.RADIO_FREQUENCY,
        in_scotland=session.clinic.country == Country.SCOTLAND,
        permitted_premises=session.clinic.permitted_premises,
        last_done=session.clinic.local_day(done) if done else None,
        interval_days=plan.least_interval,
        red_flag_open=client.pk in known.flagged,
        case_open=client.pk in known.in_case,
        another_in_progress=client.pk in known.treated_now,
    )


def screening_hint(session: Session, newest: Screening | None, on: date) -> str:
    """Why the client's screening does not hold."""
    if newest is None:
        return "No screening"
    if newest.state != ScreeningState.ACCEPTED:
        return NOT_ACCEPTED[ScreeningState(newest.state)]
    plan, zones = session.plan, list(session.plan.zones.all())
    judged = PlanFacts(frozenset(zone.zone for zone in zones), plan.device_kind, plan.topical_anaesthetic)
    why = why_not_held(newest, judged, max((zone.depth_mm for zone in zones), default=LEAST_MM), on)
    if why.endswith(RE_ASSESS):
        return "Re-assess the screening"
    return "Screening does not hold" if why else ""


def confirmation_hint(session: Session, known: Known, on: date) -> str:
    """Why the client's last answers are not confirmed."""
    newest, screening = known.confirmations.get(session.pk), known.screenings.get(session.client_id)
    submitted, reported = screening.submitted_at if screening else None, known.reported.get(session.client_id)
    answered, day = newest.answered_at if newest else None, session.clinic.local_day
    change_waits = reported is not None and (submitted is None or reported > submitted)
    said = Said(
        on=on,
        state=ConfirmationState(newest.state) if newest else None,
        answered_on=day(answered) if answered else None,
        screened_on=day(submitted) if submitted else None,
        form_answers=session.pk in known.changed,
        change_waits=change_waits,
    )
    if not why_not_confirmed(said):
        return ""
    return "Something has changed" if change_waits else "Not confirmed yet"


def consent_hint(session: Session, known: Known, on: date) -> str:
    """Why no consent is in force."""
    mine, plan = known.consents.get(session.client_id, []), session.plan
    signed = next((row for row in mine if row.state == ConsentState.SIGNED), None)
    if signed is None:
        return no_consent_words(mine)
    why = why_not_consented(
        signed,
        text_changed=signed.document.number < known.asks_again,
        practitioner=session.practitioner,
        zones=list(plan.zones.all()),
        device_kind=plan.device_kind,
        topical_anaesthetic=plan.topical_anaesthetic,
        on=on,
    )
    if not why:
        return ""
    return "Days to reflect" if why.startswith(REFLECTING) else "Ask for consent again"


def no_consent_words(consents: Iterable[Consent]) -> str:
    """How it stands while none is signed: what waits for the client, else their last word."""
    states = [ConsentState(row.state) for row in consents]
    state = ConsentState.ASKED if ConsentState.ASKED in states else next(iter(states), None)
    return NOT_SIGNED.get(state, "No consent") if state else "No consent"


def certified(session: Session, certificates: Iterable[Certificate], on: date) -> Decimal | None:
    """The greatest depth that the practitioner's certificates allow that day with the plan's kind of device."""
    rf = session.plan.device_kind == DeviceKind.RADIO_FREQUENCY
    depths = [
        row.max_depth_mm
        for row in certificates
        if row.membership_id == session.practitioner_id
        and row.issued_on <= on <= row.expires_on
        and (row.radio_frequency or not rf)
    ]
    return max(depths, default=None)
