"""What happened with one client and what is scheduled, as lines with a date."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from clients.messages.kinds import words_for
from clients.messages.models import Message
from clients.messages.terms import Recipient
from clients.messages.terms import State as MessageState
from treatments.followups.models import Alert, Reply
from treatments.followups.terms import Urgency
from treatments.plans.models import Plan
from treatments.screening.models import Screening
from treatments.screening.terms import State as ScreeningState
from treatments.sessions.models import Session
from treatments.sessions.terms import State as SessionState


@dataclass(frozen=True)
class Entry:
    """One line: when, what, how it stands, and where to read more."""

    at: datetime
    words: str
    badge: str
    tone: str  # ok, warn, bad or info
    url: str = ""
    coming: bool = False


def coming(entries: Iterable[Entry]) -> list[Entry]:
    """What is still to happen, the nearest first."""
    return sorted((entry for entry in entries if entry.coming), key=lambda entry: entry.at)


def so_far(entries: Iterable[Entry]) -> list[Entry]:
    """What happened, the latest first."""
    return sorted((entry for entry in entries if not entry.coming), key=lambda entry: entry.at, reverse=True)


def of_screening(screening: Screening) -> Entry:
    """A screening, at the last moment that moved it."""
    at = screening.decided_at or screening.submitted_at or screening.requested_at
    words, tone = SCREENING_WORDS[ScreeningState(screening.state)]
    url = reverse("admin:treatments_screening_review", args=[screening.pk])
    return Entry(at, words, str(screening.get_state_display()), tone, url)


SCREENING_WORDS = {
    ScreeningState.SENT: ("Screening form sent", "info"),
    ScreeningState.SUBMITTED: ("Screening form filled in", "warn"),
    ScreeningState.ACCEPTED: ("Screening accepted", "ok"),
    ScreeningState.DEFERRED: ("Screening deferred", "warn"),
    ScreeningState.REFUSED: ("Screening: not suitable", "bad"),
    ScreeningState.WITHDRAWN: ("Screening form withdrawn", "info"),
}


def of_plan(plan: Plan) -> Entry:
    """A plan, when it was made."""
    many = f"{plan.sessions_planned} sessions, {plan.interval_days} days apart"
    words = "Plan made: " + ("one session" if plan.sessions_planned == 1 else many)
    url = reverse("admin:treatments_plan_change", args=[plan.pk])
    return Entry(plan.created_at, words, str(plan.get_state_display()), "info", url)


def of_session(session: Session, now: datetime) -> Entry:
    """A session: still to come until it is done; a cancelled one stands where its day is."""
    waits = session.state in {SessionState.BOOKED, SessionState.IN_PROGRESS}
    cancelled_ahead = session.state == SessionState.CANCELLED and session.scheduled_for > now
    return Entry(
        at=session.ended_at or session.scheduled_for,
        words=f"Session {session.number}",
        badge=str(session.get_state_display()),
        tone={SessionState.COMPLETED: "ok", SessionState.IN_PROGRESS: "warn"}.get(SessionState(session.state), "info"),
        url=reverse("admin:treatments_session_change", args=[session.pk]),
        coming=waits or cancelled_ahead,
    )


def of_message(message: Message) -> Entry:
    """An email: to come until it left or was stopped."""
    waits = message.state in {MessageState.SCHEDULED, MessageState.CLAIMED, MessageState.SENDING}
    to = " to the clinic" if message.recipient == Recipient.CLINIC else ""
    return Entry(
        at=message.sent_at or message.due_at,
        words=f"Email{to}: {words_for(message)}",
        badge=str(message.get_state_display()),
        tone={
            MessageState.SENT: "ok",
            MessageState.FAILED: "bad",
            MessageState.LATE: "warn",
            MessageState.SKIPPED: "warn",
        }.get(MessageState(message.state), "info"),
        url=reverse("admin:clients_message_change", args=[message.pk]),
        coming=waits,
    )


def of_reply(reply: Reply) -> Entry:
    """A client's answers to one follow-up."""
    return Entry(
        at=reply.submitted_at,
        words=f"Reply to “{reply.followup.get_step_display()}” after session {reply.followup.session.number}",
        badge=str(reply.get_urgency_display()),
        tone={Urgency.NONE: "ok", Urgency.REVIEW: "warn"}.get(Urgency(reply.urgency), "bad"),
        url=reverse("admin:treatments_reply_change", args=[reply.pk]),
    )


def of_red_flag(alert: Alert) -> list[Entry]:
    """A red flag when it was raised, and when somebody acted on it."""
    url = reverse("admin:treatments_alert_change", args=[alert.pk])
    raised = Entry(alert.raised_at, "Red flag raised", str(alert.get_urgency_display()), "bad", url)
    if not alert.acknowledged_at:
        return [raised]
    words = f"{alert.acknowledged_by} acted on the red flag"
    return [raised, Entry(alert.acknowledged_at, words, "Acted on", "ok", url)]
