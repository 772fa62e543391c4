"""For each condition of the gate that does not hold: the pages that cure it, as far as this person may open them."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from portal.practice.models import User
from treatments.cases.models import Case
from treatments.confirmations.services import change_waits, form_after, newest_of
from treatments.confirmations.terms import State as ConfirmationState
from treatments.consents.models import Consent
from treatments.consents.services import REFLECTING
from treatments.consents.terms import ConsentPurpose
from treatments.consents.terms import State as ConsentState
from treatments.followups.models import Alert
from treatments.screening.models import Screening
from treatments.screening.services import CHANGE_PLAN, LATER_DAY, RE_ASSESS
from treatments.screening.terms import State as ScreeningState
from treatments.sessions.models import Session
from treatments.sessions.rules import Check, Facts
from treatments.sessions.services import done_facts, planned_zones
from treatments.sessions.terms import Ground, State

NOT_YOURS = "Nobody but the owner can change this."


class Cure(NamedTuple):
    """One button: its words, the page it leads to, and who may open that page."""

    words: str
    url: str
    permission: str


class Missing(NamedTuple):
    """A condition that does not hold, and its buttons; `note` when there is none for this person."""

    check: Check
    cures: list[Cure]
    note: str


def with_cures(user: User, session: Session, found: Sequence[Check]) -> list[Missing]:
    """Every condition, with the buttons that lead to its cure."""
    return [_with_cures(user, session, check) for check in found]


def _with_cures(user: User, session: Session, check: Check) -> Missing:
    if not check.problem:
        return Missing(check, [], "")
    every = list(CURES[check.ground](session, check.problem))
    mine = [cure for cure in every if user.has_perm(cure.permission) and not _is_anothers(cure, user, session)]
    if mine or not every:
        return Missing(check, mine, "")
    who = f"Only {session.practitioner}, who treats, can ask for it." if check.ground == Ground.CONSENT else NOT_YOURS
    return Missing(check, [], who)


def _is_anothers(cure: Cure, user: User, session: Session) -> bool:
    """Whether the consent to treatment is for whoever treats to ask for, and that is somebody else."""
    return cure.words.startswith(ASKS_FOR_CONSENT) and user.pk != session.practitioner.user_id


ASKS_FOR_CONSENT = "Ask for consent"


def _page(name: str, *args: int, **query: int) -> str:
    words = reverse(f"admin:{name}", args=args)
    return f"{words}?{urlencode(query)}" if query else words


def _client(session: Session, _problem: str) -> Iterator[Cure]:
    yield Cure("Restore the client", _page("clients_client_restore", session.client_id), "clients.change_client")


def _age(session: Session, _problem: str) -> Iterator[Cure]:
    record = _page("clients_client_change", session.client_id)
    yield Cure("Check the date of birth", record, "clients.change_client")
    yield _another_day(session)


def _plan(session: Session, _problem: str) -> Iterator[Cure]:
    yield Cure("Make a new plan", _page("treatments_plan_add", client=session.client_id), "treatments.add_plan")


def _screening(session: Session, problem: str) -> Iterator[Cure]:
    newest = Screening.objects.filter(client_id=session.client_id).answered().first()
    if newest and problem.endswith(RE_ASSESS):
        if session.state == State.IN_PROGRESS and not _as_planned(session).screening_problem:
            yield _change_plan(session)
        page = _page("treatments_screening_reassess", newest.pk)
        yield Cure("Re-assess the screening", page, "treatments.decide_screening")
    elif newest and newest.state == ScreeningState.SUBMITTED:
        page = _page("treatments_screening_review", newest.pk)
        yield Cure("Review the screening", page, "treatments.view_screening")
    elif problem.endswith(LATER_DAY):
        yield _another_day(session)
    else:
        if problem.endswith(CHANGE_PLAN):
            yield _change_plan(session)
        elif newest and newest.state == ScreeningState.DEFERRED:
            page = _page("treatments_screening_review", newest.pk)
            yield Cure("Look at the screening", page, "treatments.view_screening")
        yield from _form(session)


def _form(session: Session) -> Iterator[Cure]:
    """The form that is out, to hand over or to send again; else a new one."""
    out = form_after(session.client)
    if out is None:
        page = _page("treatments_screening_send", client=session.client_id)
        yield Cure("Send a screening form", page, "treatments.send_screening")
        return
    yield Cure("Hand over the form", _page("treatments_screening_hand_over", out.pk), "treatments.view_screening")
    if session.client.email:
        page = _page("treatments_screening_resend", out.pk)
        yield Cure("Send the form again", page, "treatments.send_screening")


def _confirmation(session: Session, _problem: str) -> Iterator[Cure]:
    if change_waits(session.client):
        yield from _form(session)
        return
    newest = newest_of(session)
    if newest is None or newest.state != ConfirmationState.ASKED:
        page = _page("treatments_session_ask", session.pk)
        yield Cure("Ask for the confirmation", page, "treatments.send_confirmation")
        return
    page = _page("treatments_confirmation_hand_over", newest.pk)
    yield Cure("Hand over the confirmation", page, "treatments.view_screening")
    if session.client.email:
        page = _page("treatments_confirmation_resend", newest.pk)
        yield Cure("Send the confirmation now", page, "treatments.send_confirmation")


def _consent(session: Session, problem: str) -> Iterator[Cure]:
    mine = Consent.objects.filter(client_id=session.client_id).to(ConsentPurpose.TREATMENT)
    waiting = mine.asked().first()
    if waiting:
        page = _page("treatments_consentrequest_hand_over", waiting.request_id)
        yield Cure("Hand over the consent", page, "treatments.add_consentrequest")
        if session.client.email:
            page = _page("treatments_consentrequest_resend", waiting.request_id)
            yield Cure("Send the consent again", page, "treatments.add_consentrequest")
        return
    newest = mine.answered().first()
    if newest and newest.state in {ConsentState.REFUSED, ConsentState.WITHDRAWN}:
        page = _page("treatments_consent_change", newest.pk)
        yield Cure("See what the client said", page, "treatments.view_consent")
    elif problem.startswith(REFLECTING):
        yield _another_day(session)
    else:
        if session.state == State.IN_PROGRESS and not _as_planned(session).consent_problem:
            yield _change_plan(session)
        page = _page("treatments_consentrequest_add", client=session.client_id, plan=session.plan_id)
        yield Cure(ASKS_FOR_CONSENT, page, "treatments.add_consentrequest")


def _as_planned(session: Session) -> Facts:
    """How a session under way stands by its plan.

    A screening is judged, and a consent asked for, with what the plan says: what was done beyond it goes in first.
    """
    return done_facts(session, planned_zones(session), timezone.localdate())


def _certificate(session: Session, _problem: str) -> Iterator[Cure]:
    if session.practitioner.ended_at is None:
        page = _page("portal_certificate_add", membership=session.practitioner_id)
        yield Cure("Add a certificate", page, "portal.add_certificate")
    yield _change_plan(session)


def _interval(session: Session, _problem: str) -> Iterator[Cure]:
    yield _another_day(session)


def _red_flag(session: Session, _problem: str) -> Iterator[Cure]:
    for alert in Alert.objects.waiting().filter(client_id=session.client_id):
        page = _page("treatments_alert_change", alert.pk)
        yield Cure("Act on the red flag", page, "treatments.acknowledge_alert")


def _case(session: Session, _problem: str) -> Iterator[Cure]:
    for case in Case.objects.open().filter(client_id=session.client_id):
        yield Cure("Open the reaction case", _page("treatments_case_change", case.pk), "treatments.view_case")


def _alone(session: Session, _problem: str) -> Iterator[Cure]:
    begun = Session.objects.filter(client_id=session.client_id, state=State.IN_PROGRESS).exclude(pk=session.pk)
    for other in begun:
        page = _page("treatments_session_change", other.pk)
        yield Cure("Open the other session", page, "treatments.view_session")


def _premises(session: Session, _problem: str) -> Iterator[Cure]:
    yield _change_plan(session)
    yield Cure("Change the clinic’s details", _page("portal_clinic_change", session.clinic_id), "portal.change_clinic")


def _change_plan(session: Session) -> Cure:
    return Cure("Change the plan", _page("treatments_plan_edit", session.plan_id), "treatments.change_plan")


def _another_day(session: Session) -> Cure:
    """A session has no other day: it is taken off, and its page offers to book again."""
    page = _page("treatments_session_cancel", session.pk)
    return Cure("Cancel it and book a later day", page, "treatments.cancel_session")


CURES: dict[Ground, Callable[[Session, str], Iterator[Cure]]] = {
    Ground.CLIENT: _client,
    Ground.AGE: _age,
    Ground.PLAN: _plan,
    Ground.SCREENING: _screening,
    Ground.CONFIRMATION: _confirmation,
    Ground.CONSENT: _consent,
    Ground.CERTIFICATE: _certificate,
    Ground.INTERVAL: _interval,
    Ground.RED_FLAG: _red_flag,
    Ground.CASE: _case,
    Ground.ALONE: _alone,
    Ground.PREMISES: _premises,
}
