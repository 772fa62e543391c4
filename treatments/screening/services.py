"""The verbs of screening: send, resend, withdraw, submit, accept, defer, refuse; and whether an accepted one holds."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import formats

from clients.links.services import revoke_links
from clients.links.terms import Purpose
from clients.messages.models import Message
from clients.messages.services import cancel_messages, schedule_message
from clients.records.models import Client
from portal.audit.services import record
from portal.security.refusals import Refused
from treatments.screening.emails import INVITATION, LINK_LASTS, invitation_key, invitation_keys
from treatments.screening.models import Screening
from treatments.screening.questionnaire import default, fingerprint, snapshot
from treatments.screening.rules import Assessment, Level, PlanFacts
from treatments.screening.terms import Outcome, State

if TYPE_CHECKING:
    from portal.practice.models import User

HOLDS_FOR = timedelta(days=184)
OPEN_TO_DECISION = (State.SUBMITTED, State.DEFERRED)


class NoEmail(Refused):
    """This client has no email address. Add one to their record, then send the form."""


class ClientArchived(Refused):
    """This client is archived. Bring the record back first, then send the form."""


class FormAlreadyOut(Refused):
    """A form is already on its way to this client. Send it again, or withdraw it first."""


class NoAreas(Refused):
    """Choose at least one area to be treated: some rules depend on it."""


class NotWaiting(Refused):
    """This form is no longer waiting for the client: it was filled in or withdrawn."""


class NothingToDecide(Refused):
    """There is nothing to decide here: the form was not filled in, or somebody has decided already."""


class RulesForbid(Refused):
    """The answers do not allow this."""


class ReasonNeeded(Refused):
    """Write down your reason; it is kept with the decision."""


class TooEarly(Refused):
    """This date is too early."""


@transaction.atomic
def send_screening(
    *,
    client: Client,
    areas: Collection[str],
    device_kind: str,
    topical_anaesthetic: bool,
    by: "User",
    at: datetime,
) -> Screening:
    """Send a form, judged for what is planned. Raises NoAreas, NoEmail, ClientArchived, FormAlreadyOut."""
    client = Client.objects.held(client.pk)
    _refuse_unreachable(client)
    if not areas:
        raise NoAreas
    if Screening.objects.filter(client=client).awaiting_client().exists():
        raise FormAlreadyOut
    screening = Screening.objects.create(
        clinic_id=client.clinic_id,
        client=client,
        areas=sorted(areas),
        device_kind=device_kind,
        topical_anaesthetic=topical_anaesthetic,
        requested_at=at,
        requested_by=by,
    )
    record(clinic=screening.clinic, action="screening.sent", subject=screening, at=at, by=by, client=client.pk)
    _schedule_invitation(screening, number=1, at=at)
    return screening


@transaction.atomic
def resend_screening(*, screening: Screening, by: "User", at: datetime) -> None:
    """Send the same form again. Raises NotWaiting, NoEmail, ClientArchived.

    Earlier links stay open, unless an earlier email went to an address that is no longer the client's.
    """
    screening = _locked(screening, NotWaiting, State.SENT)
    _refuse_unreachable(screening.client)
    earlier = _invitations(screening)
    cancel_messages(messages=earlier, why="The form was sent again.", at=at)
    if earlier.exclude(address="").exclude(address__iexact=screening.client.email).exists():
        revoke_links(purpose=Purpose.SCREENING, subject_id=screening.pk, at=at)
    number = earlier.count() + 1
    record(clinic=screening.clinic, action="screening.resent", subject=screening, at=at, by=by, number=number)
    _schedule_invitation(screening, number=number, at=at)


@transaction.atomic
def withdraw_screening(*, screening: Screening, by: "User", at: datetime) -> None:
    """Close the form and its links, and hold back an email that has not left. Raises NotWaiting."""
    screening = _locked(screening, NotWaiting, State.SENT)
    screening.state = State.WITHDRAWN
    screening.save(update_fields=["state"])
    revoke_links(purpose=Purpose.SCREENING, subject_id=screening.pk, at=at)
    cancel_messages(messages=_invitations(screening), why="The form was withdrawn.", at=at)
    record(clinic=screening.clinic, action="screening.withdrawn", subject=screening, at=at, by=by)


@transaction.atomic
def submit_screening(*, screening: Screening, answers: dict[str, str | None], at: datetime) -> Screening:
    """Keep the client's answers, once, with the questionnaire and what its rules say. Raises NotWaiting, ValueError."""
    screening = _locked(screening, NotWaiting, State.SENT)
    questionnaire = default()
    screening.questionnaire = snapshot(questionnaire)
    screening.questionnaire_hash = fingerprint(screening.questionnaire)
    screening.answers = answers
    screening.submitted_at = at
    screening.state = State.SUBMITTED
    screening.keep(screening.assess(on=screening.local_day(at)))
    screening.save()
    cancel_messages(messages=_invitations(screening), why="The client had already filled in the form.", at=at)
    record(
        clinic=screening.clinic,
        action="screening.submitted",
        subject=screening,
        at=at,
        client_acted=True,
        questionnaire=screening.questionnaire_hash,
    )
    return screening


@transaction.atomic
def accept_screening(*, screening: Screening, reason: str, by: "User", at: datetime) -> None:
    """Accept for 184 days, if the rules allow it today. Raises NothingToDecide, RulesForbid, ReasonNeeded."""
    screening = _locked(screening, NothingToDecide, *OPEN_TO_DECISION)
    today = screening.local_day(at)
    assessment = screening.assess(on=today)
    if assessment.outcome == Outcome.CONTRAINDICATED:
        raise RulesForbid(f"This cannot be accepted: {_heaviest(assessment)}")
    if assessment.outcome == Outcome.DEFER:
        until = _words(assessment.defer_until)
        raise RulesForbid(f"This cannot be accepted before {until}. Defer it, and decide again from that day.")
    if assessment.outcome == Outcome.REVIEW and not reason.strip():
        raise ReasonNeeded
    screening.keep(assessment)
    screening.valid_until = today + HOLDS_FOR
    _decide(screening, State.ACCEPTED, reason=reason, by=by, at=at)


@transaction.atomic
def defer_screening(*, screening: Screening, until: date, reason: str, by: "User", at: datetime) -> None:
    """Wait until a day; then it can be decided again. Raises NothingToDecide, TooEarly."""
    screening = _locked(screening, NothingToDecide, *OPEN_TO_DECISION)
    today = screening.local_day(at)
    if until <= today:
        raise TooEarly("Choose a day after today.")
    earliest = screening.assess(on=today).defer_until
    if earliest is not None and until < earliest:
        raise TooEarly(f"The answers do not allow a day before {_words(earliest)}.")
    screening.defer_until = until
    _decide(screening, State.DEFERRED, reason=reason, by=by, at=at)


@transaction.atomic
def refuse_screening(*, screening: Screening, reason: str, by: "User", at: datetime) -> None:
    """Decide that this client is not to be treated. Raises NothingToDecide, ReasonNeeded."""
    screening = _locked(screening, NothingToDecide, *OPEN_TO_DECISION)
    if not reason.strip():
        raise ReasonNeeded
    screening.defer_until = None
    _decide(screening, State.REFUSED, reason=reason, by=by, at=at)


def why_not_screened(
    *, client: Client, areas: Collection[str], device_kind: str, topical_anaesthetic: bool, on: date
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
        return f"The screening was deferred until {_words(newest.defer_until)}. Decide again from that day."
    if newest.state == State.REFUSED:
        return "The newest screening was decided as not suitable. If things have changed, send a new screening form."
    return "The client has filled in a screening form that nobody has reviewed yet. Review it first."


def _why_none(client: Client) -> str:
    if Screening.objects.filter(client=client).awaiting_client().exists():
        return "The screening form was sent, and the client has not filled it in yet. Wait for it, or send it again."
    return "This client has no screening. Send them the screening form."


def _why_not_held(accepted: Screening, plan: PlanFacts, on: date) -> str:
    if accepted.valid_until is None or accepted.valid_until < on:
        return f"The screening held until {_words(accepted.valid_until)}. Send a new screening form."
    now = accepted.assess(on=on, plan=plan)
    if now.outcome == Outcome.CONTRAINDICATED:
        return f"The accepted screening does not allow this plan. {_heaviest(now)} Change the plan."
    if now.outcome == Outcome.DEFER:
        return f"The answers ask to wait until {_words(now.defer_until)}. Choose that day or a later one."
    accepted_on = accepted.local_day(accepted.decided_at) if accepted.decided_at else on
    known = {(r.key, r.level, r.text) for r in accepted.assess(on=accepted_on).reasons}
    news = [reason.text for reason in now.reasons if (reason.key, reason.level, reason.text) not in known]
    if news:
        return f"This plan needs a new review. {news[0]} Send a new screening form for this plan and review it."
    return ""


def _refuse_unreachable(client: Client) -> None:
    if client.archived_at is not None:
        raise ClientArchived
    if not client.email:
        raise NoEmail


def _schedule_invitation(screening: Screening, *, number: int, at: datetime) -> None:
    schedule_message(
        client=screening.client,
        kind=INVITATION,
        key=invitation_key(screening, number),
        due_at=at,
        send_by=at + LINK_LASTS,
        at=at,
    )


def _invitations(screening: Screening) -> Any:
    return Message.objects.filter(client_id=screening.client_id, key__startswith=invitation_keys(screening))


def _locked(screening: Screening, otherwise: type[Refused], *expected: State) -> Screening:
    """The row as it is now, held until the transaction ends; `otherwise` is raised unless its state is expected."""
    Client.objects.held(screening.client_id)
    row = (
        Screening.objects.select_for_update(of=("self",), no_key=True)
        .select_related("clinic", "client")
        .filter(pk=screening.pk, state__in=expected)
        .first()
    )
    if row is None:
        raise otherwise
    return row


def _decide(screening: Screening, state: State, *, reason: str, by: "User", at: datetime) -> None:
    screening.state = state
    screening.decision_reason = reason.strip()
    screening.decided_at, screening.decided_by = at, by
    screening.save()
    record(
        clinic=screening.clinic,
        action=f"screening.{state}",
        subject=screening,
        at=at,
        by=by,
        outcome=str(screening.outcome),
        defer_until=screening.defer_until.isoformat() if screening.defer_until else None,
    )


def _heaviest(assessment: Assessment) -> str:
    return " ".join(reason.text for reason in assessment.reasons if reason.level == Level.ABSOLUTE)


def _words(day: date | None) -> str:
    return formats.date_format(day, "j M Y") if day else ""
