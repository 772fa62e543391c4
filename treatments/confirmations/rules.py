"""When a confirmation still counts, and when it is asked: pure rules."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from clients.messages.schedule import SendingHours
from treatments.confirmations.terms import State

# House rules, awaiting a clinician's approval: docs/clinical.md section 1.
HOLDS_DAYS = 7
ASKED_BEFORE = timedelta(hours=48)
FRESH_DAYS = 1  # a form filled in on the session's day or the day before says the same


@dataclass(frozen=True)
class Facts:
    """What is known, on the day of a session, of what the client said about their last answers."""

    on: date
    state: State | None = None  # of the newest confirmation that was not closed
    answered_on: date | None = None
    screened_on: date | None = None  # the day of the newest form that was filled in
    early_on: date | None = None  # they answered then, too early to count, and are asked again
    form_answers: bool = False  # they reported a change before this session: the form that came since is their word
    change_waits: bool = False  # the client said, before any session, that something has changed; no form came since


def why_not(facts: Facts) -> str:
    """Why the client's last answers are not confirmed for that day, and what cures it; "" when they are."""
    if facts.change_waits:
        return (
            "The client said that something has changed, and has not sent the new form yet. "
            "Wait for it, hand the form over, or send a new one."
        )
    if _is_said(facts):
        return ""
    if facts.state in {State.CONFIRMED, State.CHANGED}:
        return f"The client confirmed more than {HOLDS_DAYS} days before the session. Ask for the confirmation again."
    if facts.early_on:
        return (
            f"The client answered on {facts.early_on:%-d %b %Y}, more than {HOLDS_DAYS} days before the session, "
            "and has not confirmed again yet. Hand the tablet over, or send the email."
        )
    if facts.state == State.ASKED:
        return "The client has not confirmed yet that nothing has changed. Hand the tablet over, or send the email."
    return "The client was not asked yet whether anything has changed. Ask for the confirmation."


def _is_said(facts: Facts) -> bool:
    """Whether the form or the client's answer still counts."""
    if is_fresh(facts.screened_on, facts.on) or (facts.form_answers and holds(facts.screened_on, facts.on)):
        return True
    return facts.state == State.CONFIRMED and holds(facts.answered_on, facts.on)


def is_fresh(screened_on: date | None, on: date) -> bool:
    """Whether a form was filled in so shortly before that day that nothing more needs to be asked."""
    return screened_on is not None and 0 <= (on - screened_on).days <= FRESH_DAYS


def holds(said_on: date | None, on: date) -> bool:
    """Whether what a client said on one day still counts on another."""
    return said_on is not None and 0 <= (on - said_on).days <= HOLDS_DAYS


def is_too_early(said_on: date, on: date) -> bool:
    """Whether what a client confirms on one day will not count any more on the session's."""
    return (on - said_on).days > HOLDS_DAYS


def leaves_at(
    scheduled_for: datetime, at: datetime, hours: SendingHours, *, knows_another: bool = False
) -> tuple[datetime, bool]:
    """When the email is due, and whether it keeps the sending hours: two days before, at once when that has passed.

    A client who knows of another day learns of this one at the next sending moment that is before the session.
    """
    if knows_another:
        soon = hours.first_from(at)
        return (soon, True) if soon < scheduled_for else (at, False)
    early = hours.last_until(scheduled_for - ASKED_BEFORE, slack=hours.slack)
    return (early, True) if early > at else (at, False)


def fingerprint(answers: Mapping[str, object], questionnaire_hash: str) -> str:
    """SHA-256 of the answers that were shown and of the questionnaire they belong to."""
    shown = json.dumps([questionnaire_hash, dict(answers)], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(shown.encode()).hexdigest()
