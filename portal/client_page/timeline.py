"""What happened with one client and what is scheduled, as lines with a date."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.urls import reverse
from django.utils import timezone

from clients.messages.forecast import Forecast
from clients.messages.kinds import Verb, words_for
from clients.messages.models import Message
from clients.messages.terms import Recipient
from clients.messages.terms import State as MessageState
from treatments.cases.models import Case
from treatments.confirmations.emails import how_asked
from treatments.confirmations.models import Confirmation
from treatments.confirmations.terms import State as ConfirmationState
from treatments.consents.models import Consent
from treatments.consents.services import replaced_by
from treatments.consents.terms import STATE_BADGES
from treatments.consents.terms import State as ConsentState
from treatments.followups.models import Alert, Reply
from treatments.followups.terms import Urgency
from treatments.plans.models import Plan
from treatments.screening.models import Decision, Query, Screening
from treatments.screening.terms import Condition, DecisionKind
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
    note: str = ""  # why it is to happen, or why not
    verbs: Sequence[Verb] = ()  # what this person may do with it


def coming(entries: Iterable[Entry]) -> list[Entry]:
    """What is still to happen, the nearest first."""
    return sorted((entry for entry in entries if entry.coming), key=lambda entry: entry.at)


def so_far(entries: Iterable[Entry]) -> list[Entry]:
    """What happened, the latest first."""
    return sorted((entry for entry in entries if not entry.coming), key=lambda entry: entry.at, reverse=True)


def first_to_last(decisions: Iterable[Decision]) -> dict[int, list[Decision]]:
    """The decisions by screening, the first one first."""
    found: dict[int, list[Decision]] = {}
    for decision in sorted(decisions, key=lambda row: (row.decided_at, row.pk)):
        found.setdefault(decision.screening_id, []).append(decision)
    return found


def of_screening(screening: Screening, decisions: list[Decision]) -> list[Entry]:
    """A form when it was filled in, and each decision; without any, at the last moment that moved it."""
    url = reverse("admin:treatments_screening_review", args=[screening.pk])
    if decisions and screening.submitted_at:
        filled = Entry(screening.submitted_at, "Screening form filled in", "Received", "info", url)
        accepted = next((row for row in decisions if row.kind in ACCEPTING), None)
        return [
            filled,
            *(of_decision(row, again=row.kind in ACCEPTING and row != accepted, url=url) for row in decisions),
        ]
    at = screening.decided_at or screening.submitted_at or screening.requested_at
    words, tone = SCREENING_WORDS[ScreeningState(screening.state)]
    return [Entry(at, words, str(screening.get_state_display()), tone, url)]


ACCEPTING = {DecisionKind.ACCEPTED, DecisionKind.WITH_CONDITIONS}


def of_decision(decision: Decision, *, again: bool, url: str) -> Entry:
    """What the practitioner decided, and on what conditions; `again`, an accepted form for another plan."""
    kind = DecisionKind(decision.kind)
    words, tone = DECISION_WORDS[kind]
    if again:
        words = "Screening decided again: accepted" + (" with conditions" if decision.conditions else "")
    conditions = ", ".join(str(Condition(one).label) for one in decision.conditions)
    details = conditions or (f"until {decision.until:%-d %b %Y}" if decision.until else "")
    return Entry(decision.decided_at, f"{words}: {details}" if details else words, str(kind.label), tone, url)


DECISION_WORDS = {
    DecisionKind.ACCEPTED: ("Screening accepted", "ok"),
    DecisionKind.WITH_CONDITIONS: ("Screening accepted with conditions", "ok"),
    DecisionKind.DEFERRED: ("Screening deferred", "warn"),
    DecisionKind.REFUSED: ("Screening: not suitable", "bad"),
}


def of_query(query: Query) -> list[Entry]:
    """A question back to the client when it was asked, and their answer."""
    url = reverse("admin:treatments_screening_review", args=[query.screening_id])
    if not query.answered_at:
        return [Entry(query.asked_at, "Question to the client about the form", "No answer yet", "warn", url)]
    asked = Entry(query.asked_at, "Question to the client about the form", "Answered", "info", url)
    return [asked, Entry(query.answered_at, "The client answered the question", "Answered", "ok", url)]


def of_requests(consents: Iterable[Consent]) -> list[Entry]:
    """Each asking for consent, once, with everything that was asked for."""
    found = []
    for request, rows in groupby(sorted(consents, key=lambda row: (row.request_id, row.pk)), lambda row: row.request):
        asked = list(rows)
        waits = any(row.state == ConsentState.ASKED for row in asked)
        url = reverse("admin:treatments_consentrequest_change", args=[request.pk])
        words = f"Asked for consent: {', '.join(str(row.get_purpose_display()) for row in asked)}"
        badge, tone = ("Waiting for the client", "info") if waits else ("Done", "ok")
        found.append(Entry(request.asked_at, words, badge, tone, url))
    return found


def of_consent(consent: Consent, others: Iterable[Consent]) -> list[Entry]:
    """A consent when it was signed or refused, and when it was withdrawn. `others` are all of the client's."""
    url = reverse("admin:treatments_consent_change", args=[consent.pk])
    state, purpose = ConsentState(consent.state), consent.get_purpose_display()
    if not consent.answered_at:
        return []
    if state == ConsentState.REFUSED:
        return [Entry(consent.answered_at, f"Consent refused: {purpose}", str(state.label), "bad", url)]
    newer = replaced_by(consent, others)
    words = f"Consent signed: {purpose}"
    if newer and newer.answered_at:
        words += f". Replaced by the consent of {timezone.localtime(newer.answered_at):%-d %b %Y}."
    signed = Entry(consent.answered_at, words, str(state.label), STATE_BADGES[state], url)
    if not consent.withdrawn_at:
        return [signed]
    withdrawn = Entry(consent.withdrawn_at, f"Consent withdrawn: {purpose}", str(state.label), "bad", url)
    return [Entry(signed.at, signed.words, "Signed", "info", url), withdrawn]


def of_confirmation(confirmation: Confirmation, messages: Iterable[Message], now: datetime) -> Entry:
    """What the client was asked before a session, or is to be, or what they said to it. `messages` are the client's."""
    state = ConfirmationState(confirmation.state)
    waits = how_asked(confirmation, messages, now) if state == ConfirmationState.ASKED else None
    words, tone = CONFIRMATION_WORDS[state]
    if waits and not waits.sent_at:
        words = "To be asked whether anything has changed"
    return Entry(
        at=confirmation.answered_at or (waits and waits.sent_at) or confirmation.asked_at,
        words=f"{words} before session {confirmation.session.number}",
        badge=waits.badge if waits else str(confirmation.get_state_display()),
        tone=tone,
        url=reverse("admin:treatments_session_change", args=[confirmation.session_id]),
        note=waits.words if waits and not waits.sent_at else "",
    )


CONFIRMATION_WORDS = {
    ConfirmationState.ASKED: ("Asked whether anything has changed", "info"),
    ConfirmationState.CONFIRMED: ("Nothing has changed, said the client", "ok"),
    ConfirmationState.CHANGED: ("Something has changed, said the client", "warn"),
    ConfirmationState.CLOSED: ("Asked whether anything has changed", "info"),
}


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
        at=session.takes_place_at,
        words=f"Session {session.number}",
        badge=str(session.get_state_display()),
        tone={SessionState.COMPLETED: "ok", SessionState.IN_PROGRESS: "warn"}.get(SessionState(session.state), "info"),
        url=reverse("admin:treatments_session_change", args=[session.pk]),
        coming=waits or cancelled_ahead,
    )


def of_message(message: Message, verbs: Sequence[Verb] = (), expected: Forecast | None = None) -> Entry:
    """An email: to come until it left or was stopped; with what is expected of it, and why."""
    waits = message.state in {MessageState.SCHEDULED, MessageState.CLAIMED, MessageState.SENDING}
    to = " to the clinic" if message.recipient == Recipient.CLINIC else ""
    badge, tone = str(message.get_state_display()), MESSAGE_TONES.get(MessageState(message.state), "info")
    if expected and expected.state != MessageState.SENT:
        badge, tone = expected.words, expected.tone
    return Entry(
        at=message.sent_at or message.due_at,
        words=f"Email{to}: {words_for(message)}",
        badge=badge,
        tone=tone,
        url=reverse("admin:clients_message_change", args=[message.pk]),
        coming=waits,
        note=f"{expected.why} {expected.because}".strip() if expected else "",
        verbs=verbs if waits else (),
    )


MESSAGE_TONES = {
    MessageState.SENT: "ok",
    MessageState.FAILED: "bad",
    MessageState.LATE: "warn",
    MessageState.SKIPPED: "warn",
}


def of_reply(reply: Reply) -> Entry:
    """A client's answers to one follow-up."""
    return Entry(
        at=reply.submitted_at,
        words=f"{'Added to the reply' if reply.number > 1 else 'Reply'} to “{reply.followup.title}”"
        f" after session {reply.followup.session.number}",
        badge=str(reply.get_urgency_display()),
        tone={Urgency.NONE: "ok", Urgency.REVIEW: "warn"}.get(Urgency(reply.urgency), "bad"),
        url=reverse("admin:treatments_reply_change", args=[reply.pk]),
    )


def of_red_flag(alert: Alert) -> list[Entry]:
    """A red flag when it was raised, when it was passed on to the owner, and when somebody acted on it."""
    url = reverse("admin:treatments_alert_change", args=[alert.pk])
    raised = Entry(alert.raised_at, "Red flag raised", str(alert.get_urgency_display()), "bad", url)
    told = [raised]
    if alert.escalated_at:
        told.append(Entry(alert.escalated_at, "Nobody had acted on the red flag in time", "Passed on", "bad", url))
    if alert.acknowledged_at:
        words = f"{alert.acknowledged_by} acted on the red flag"
        told.append(Entry(alert.acknowledged_at, words, "Acted on", "ok", url))
    return told


def of_case(case: Case) -> list[Entry]:
    """A reaction case when it was opened, and when it was closed."""
    url = reverse("admin:treatments_case_change", args=[case.pk])
    words = f"Reaction: {case.get_kind_display().lower()}, grade {case.grade}"
    state = ("Open", "bad") if case.is_open else ("Closed", "ok")
    told = [Entry(case.opened_at, words, *state, url)]
    if case.closed_at:
        ended = f"The reaction case is closed: {case.get_ending_display().lower()}"
        told.append(Entry(case.closed_at, ended, "Closed", "ok", url))
    return told
