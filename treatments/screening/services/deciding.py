"""What a practitioner decides about a form that was filled in."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from portal.audit.services import record
from treatments.screening.guidance import heaviest, in_words
from treatments.screening.models import Screening
from treatments.screening.services.refusals import NothingToDecide, ReasonNeeded, RulesForbid, TooEarly
from treatments.screening.services.rows import locked
from treatments.screening.terms import Outcome, State

if TYPE_CHECKING:
    from portal.practice.models import User

OPEN_TO_DECISION = (State.SUBMITTED, State.DEFERRED)


@transaction.atomic
def accept_screening(*, screening: Screening, reason: str, by: "User", at: datetime) -> None:
    """Accept for 184 days, if the rules allow it today. Raises NothingToDecide, RulesForbid, ReasonNeeded."""
    screening = locked(screening, NothingToDecide, *OPEN_TO_DECISION)
    today = screening.local_day(at)
    assessment = screening.assess(on=today)
    if assessment.outcome == Outcome.CONTRAINDICATED:
        raise RulesForbid(f"This cannot be accepted: {heaviest(assessment)}")
    if assessment.outcome == Outcome.DEFER:
        until = in_words(assessment.defer_until)
        raise RulesForbid(f"This cannot be accepted before {until}. Defer it, and decide again from that day.")
    if assessment.outcome == Outcome.REVIEW and not reason.strip():
        raise ReasonNeeded
    screening.keep(assessment)
    screening.valid_until = today + timedelta(days=screening.clinic.screening_holds_days)
    _decide(screening, State.ACCEPTED, reason=reason, by=by, at=at)


@transaction.atomic
def defer_screening(*, screening: Screening, until: date, reason: str, by: "User", at: datetime) -> None:
    """Wait until a day; then it can be decided again. Raises NothingToDecide, TooEarly."""
    screening = locked(screening, NothingToDecide, *OPEN_TO_DECISION)
    today = screening.local_day(at)
    if until <= today:
        raise TooEarly("Choose a day after today.")
    earliest = screening.assess(on=today).defer_until
    if earliest is not None and until < earliest:
        raise TooEarly(f"The answers do not allow a day before {in_words(earliest)}.")
    screening.defer_until = until
    _decide(screening, State.DEFERRED, reason=reason, by=by, at=at)


@transaction.atomic
def refuse_screening(*, screening: Screening, reason: str, by: "User", at: datetime) -> None:
    """Decide that this client is not to be treated. Raises NothingToDecide, ReasonNeeded."""
    screening = locked(screening, NothingToDecide, *OPEN_TO_DECISION)
    if not reason.strip():
        raise ReasonNeeded
    screening.defer_until = None
    _decide(screening, State.REFUSED, reason=reason, by=by, at=at)


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
