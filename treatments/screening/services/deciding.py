"""What a practitioner decides about a form that was filled in. Every decision is a row of its own."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction

from portal.audit.services import record
from treatments.screening.guidance import heaviest, in_words, letters_needed
from treatments.screening.models import Decision, Letter, Screening
from treatments.screening.questionnaire import read_kept
from treatments.screening.rules import Assessment
from treatments.screening.services.refusals import (
    LetterNeeded,
    LowerDepthNeeded,
    NoAreas,
    NothingToDecide,
    NotInForce,
    ReasonNeeded,
    RulesForbid,
    TooEarly,
    WordsNeeded,
)
from treatments.screening.services.rows import locked
from treatments.screening.terms import Condition, DecisionKind, Outcome, State

if TYPE_CHECKING:
    from django.core.files.base import File

    from portal.practice.models import User

OPEN_TO_DECISION = (State.SUBMITTED, State.DEFERRED)
IN_WORDS = {Condition.AVOID, Condition.OTHER}  # conditions that say nothing without a note


@dataclass(frozen=True)
class Terms:
    """On what an acceptance rests."""

    reason: str = ""
    own_answers: Mapping[str, str] = field(default_factory=dict)
    conditions: Collection[str] = ()
    note: str = ""
    letters: "Sequence[File[Any]]" = ()
    max_depth_mm: Decimal | None = None


@transaction.atomic
def accept_screening(
    *,
    screening: Screening,
    reason: str = "",
    own_answers: Mapping[str, str] | None = None,
    conditions: Collection[str] = (),
    conditions_note: str = "",
    letters: "Sequence[File[Any]]" = (),
    max_depth_mm: Decimal | None = None,
    by: "User",
    at: datetime,
) -> Decision:
    """Accept for the clinic's number of days, if the rules allow it today; `own_answers` are the practitioner's.

    `max_depth_mm` is the lower depth of Condition.LOWER_DEPTH. Raises NothingToDecide, RulesForbid, ReasonNeeded,
    LetterNeeded, LowerDepthNeeded, WordsNeeded.
    """
    screening = locked(screening, NothingToDecide, *OPEN_TO_DECISION)
    terms = Terms(reason, own_answers or {}, conditions, conditions_note, letters, max_depth_mm)
    screening.valid_until = screening.local_day(at) + timedelta(days=screening.clinic.screening_holds_days)
    return _accept(screening, terms, "screening.accepted", by=by, at=at)


@transaction.atomic
def reassess_screening(
    *,
    screening: Screening,
    areas: Collection[str],
    device_kind: str,
    topical_anaesthetic: bool,
    max_depth_mm: Decimal,
    reason: str = "",
    conditions: Collection[str] = (),
    conditions_note: str = "",
    letters: "Sequence[File[Any]]" = (),
    lower_depth_mm: Decimal | None = None,
    by: "User",
    at: datetime,
) -> Decision:
    """Accept the same answers for another plan. It holds no longer than before: the answers are as old as they were.

    Raises NotInForce, NoAreas, and what accept_screening raises.
    """
    screening = locked(screening, NotInForce, State.ACCEPTED)
    if not may_reassess(screening, screening.local_day(at)):
        raise NotInForce
    if not areas:
        raise NoAreas
    screening.areas, screening.device_kind = sorted(areas), device_kind
    screening.topical_anaesthetic, screening.max_depth_mm = topical_anaesthetic, max_depth_mm
    terms = Terms(reason, {}, conditions, conditions_note, letters, lower_depth_mm)
    return _accept(screening, terms, "screening.reassessed", by=by, at=at)


@transaction.atomic
def defer_screening(*, screening: Screening, until: date, reason: str, by: "User", at: datetime) -> Decision:
    """Wait until a day; then it can be decided again. Raises NothingToDecide, TooEarly."""
    screening = locked(screening, NothingToDecide, *OPEN_TO_DECISION)
    today = screening.local_day(at)
    if until <= today:
        raise TooEarly("Choose a day after today.")
    earliest = screening.assess(on=today).defer_until
    if earliest is not None and until < earliest:
        raise TooEarly(f"The answers do not allow a day before {in_words(earliest)}.")
    screening.defer_until = until
    screening.state = State.DEFERRED
    kept = Terms(reason)
    return _decide(screening, DecisionKind.DEFERRED, kept, "screening.deferred", by=by, at=at)


@transaction.atomic
def refuse_screening(*, screening: Screening, reason: str, by: "User", at: datetime) -> Decision:
    """Decide that this client is not to be treated. Raises NothingToDecide, ReasonNeeded."""
    screening = locked(screening, NothingToDecide, *OPEN_TO_DECISION)
    if not reason.strip():
        raise ReasonNeeded
    screening.defer_until = None
    screening.state = State.REFUSED
    kept = Terms(reason)
    return _decide(screening, DecisionKind.REFUSED, kept, "screening.refused", by=by, at=at)


def may_reassess(screening: Screening, on: date) -> bool:
    """Whether it is the client's newest one that was filled in, accepted, and holds on that day."""
    newest = Screening.objects.filter(client=screening.client_id).answered().first()
    holds = screening.valid_until is not None and screening.valid_until >= on
    return screening.state == State.ACCEPTED and newest == screening and holds


def why_forbidden(assessment: Assessment) -> str:
    """Why nobody may accept this on the day it was made for; "" when somebody may."""
    if assessment.outcome == Outcome.CONTRAINDICATED:
        return f"This cannot be accepted: {heaviest(assessment)}"
    if assessment.outcome == Outcome.DEFER:
        until = in_words(assessment.defer_until)
        return f"This cannot be accepted before {until}. Defer it, and decide again from that day."
    return ""


@dataclass(frozen=True)
class Letters:
    """For which findings a letter is needed and not here, and for which it came with an earlier decision."""

    missing: list[str]
    on_file: list[str]


def letters_for(screening: Screening, assessment: Assessment) -> Letters:
    """A letter that is on file answers for the findings it came for, not for another that a changed plan brings."""
    questionnaire = read_kept(screening.questionnaire)
    with_letters = Decision.objects.filter(screening=screening, letters__isnull=False).distinct()
    held = {title for decision in with_letters for title in letters_needed(questionnaire, decision.kept_assessment)}
    needed = letters_needed(questionnaire, assessment)
    return Letters([title for title in needed if title not in held], [title for title in needed if title in held])


def _accept(screening: Screening, terms: Terms, action: str, *, by: "User", at: datetime) -> Decision:
    questions = read_kept(screening.questionnaire).questions
    own = {question.key for question in questions if question.asked_of == "practitioner"}
    screening.own_answers = screening.own_answers | {k: said for k, said in terms.own_answers.items() if k in own}
    assessment = screening.assess(on=screening.local_day(at))
    if forbidden := why_forbidden(assessment):
        raise RulesForbid(forbidden)
    if assessment.outcome == Outcome.REVIEW and not terms.reason.strip():
        raise ReasonNeeded
    _refuse_half_said(screening, assessment, terms)
    screening.keep(assessment)
    if terms.max_depth_mm is not None:
        screening.max_depth_mm = terms.max_depth_mm
    screening.state = State.ACCEPTED
    kind = DecisionKind.WITH_CONDITIONS if terms.conditions else DecisionKind.ACCEPTED
    return _decide(screening, kind, terms, action, by=by, at=at)


def _refuse_half_said(screening: Screening, assessment: Assessment, terms: Terms) -> None:
    has_letter = bool(terms.letters) or Letter.objects.filter(decision__screening=screening).exists()
    letters = letters_for(screening, assessment)
    about = [*letters.missing, *letters.on_file] if Condition.LETTER not in terms.conditions else letters.missing
    if about and not (Condition.LETTER in terms.conditions and terms.letters):
        raise LetterNeeded(f"A letter is needed for: {', '.join(about)}. {LetterNeeded.__doc__}")
    if (Condition.LETTER in terms.conditions and not has_letter) or (
        terms.letters and Condition.LETTER not in terms.conditions
    ):
        raise LetterNeeded
    lower = terms.max_depth_mm
    if (Condition.LOWER_DEPTH in terms.conditions) != (lower is not None):
        raise LowerDepthNeeded
    if lower is not None and lower >= screening.max_depth_mm:
        raise LowerDepthNeeded(f"The lower depth must be below {screening.max_depth_mm} mm, which is planned.")
    if IN_WORDS & set(terms.conditions) and not terms.note.strip():
        raise WordsNeeded


def _decide(
    screening: Screening, kind: DecisionKind, terms: Terms, action: str, *, by: "User", at: datetime
) -> Decision:
    screening.decision_reason = terms.reason.strip()
    screening.decided_at, screening.decided_by = at, by
    screening.save()
    decision = Decision.objects.create(
        clinic=screening.clinic,
        screening=screening,
        kind=kind,
        areas=screening.areas,
        device_kind=screening.device_kind,
        topical_anaesthetic=screening.topical_anaesthetic,
        max_depth_mm=screening.max_depth_mm,
        outcome=screening.outcome,
        reasons=screening.reasons,
        own_answers=screening.own_answers,
        reason=screening.decision_reason,
        conditions=sorted(terms.conditions),
        conditions_note=terms.note.strip(),
        until=screening.defer_until,
        decided_at=at,
        decided_by=by,
    )
    for file in terms.letters:
        Letter.objects.create(clinic=screening.clinic, decision=decision, file=file, sha256=_sha256(file))
    _record(screening, decision, action, letters=len(terms.letters), by=by, at=at)
    return decision


def _record(screening: Screening, decision: Decision, action: str, *, letters: int, by: "User", at: datetime) -> None:
    record(
        clinic=screening.clinic,
        action=action,
        subject=screening,
        at=at,
        by=by,
        decision=decision.pk,
        outcome=str(screening.outcome),
        defer_until=screening.defer_until.isoformat() if screening.defer_until else None,
        letters=letters,
    )


def _sha256(file: "File[Any]") -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()
