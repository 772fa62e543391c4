"""What the page of one message says about it."""

from operator import itemgetter

from django.utils import timezone

from clients.messages.admin.seeing import Person, sees_flags
from clients.messages.forecast import Forecast, forecast
from clients.messages.kinds import KINDS
from clients.messages.models import Message
from clients.messages.stops import stop_of, why_stopped
from clients.messages.terms import Outcome, Recipient, State
from portal.adminsite.options import badge
from portal.audit.models import AuditEvent

OUTCOMES: dict[str, str] = {Outcome.DELIVERED: "ok", Outcome.BOUNCED: "bad", Outcome.COMPLAINED: "bad"}
HAPPENED = {
    "message.sent": "Sent",
    "message.put_off": "Tried, and put off",
    "message.skipped": "Not sent: it was not right any more",
    "message.failed": "Could not be sent",
    "message.late": "Too late to send",
    "message.cancelled": "Withdrawn",
    "message.retried": "Scheduled again",
    "message.rescheduled": "Given another time",
    "message.noted": "Noted by a person",
    "message.sent_again": "Sent again, as a new email",
    "message.line_written": "Personal line changed",
}


def outcome_badge(message: Message) -> str:
    """What the provider reported; "" for nothing."""
    return badge(OUTCOMES[message.outcome], message.get_outcome_display()) if message.outcome else ""


def stop_facts(message: Message) -> dict[str, object]:
    """What stops the address that a message to a client goes to, and in words."""
    stop = stop_of(message.client.email) if message.recipient == Recipient.CLIENT else None
    return {"stop": stop, "stop_words": why_stopped(stop)} if stop else {}


def facts_of(message: Message, why: str) -> list[tuple[str, object]]:
    """What the page says about it, label and value."""
    facts = [
        ("To", message.address or ("The clinic" if message.recipient == Recipient.CLINIC else message.client.email)),
        ("Due", message.due_at),
        ("Sent", message.sent_at),
        (message.get_outcome_display(), message.outcome_at),
        ("To leave by", None if message.sent_at else message.send_by),
        ("Next try", message.next_try_at if message.state == State.SCHEDULED and message.attempts else None),
        ("Tries", message.attempts or None),
        ("Reason", why),
        ("Phone", message.client.phone if message.state in {State.FAILED, State.LATE} else ""),
        ("Personal line", message.personal_line),
    ]
    return [(label, value) for label, value in facts if value]


def expected_of(message: Message, user: Person) -> list[tuple[str, object]]:
    """What becomes of one that is to come, and why, for those who may know of what stops it."""
    if message.state != State.SCHEDULED or message.kind not in KINDS or not sees_flags(user):
        return []
    (said,) = forecast([message], at=timezone.now())
    words = f"{said.words} {_when(said)}".strip() + "."
    until = f"Too late after {timezone.localtime(message.send_by):%-d %b %Y, %H:%M}." if said.waits else ""
    why = said.why if said.why != message.why else ""
    facts: list[tuple[str, object]] = [
        ("As things stand", " ".join(part for part in (words, why, until) if part)),
        ("For", said.because),
    ]
    return [(label, value) for label, value in facts if value]


def _when(said: Forecast) -> str:
    """The moment; of one that is due, what its leaving waits for: its moment is over."""
    if said.soon:
        return said.soon if said.state == State.SENT else ""
    return f"on {timezone.localtime(said.at):%-d %b %Y, %H:%M}"


def happened_to(message: Message) -> list[dict[str, object]]:
    """Every step and try, first to last: when, what, and who."""
    events = AuditEvent.objects.filter(subject_type="message", subject_id=message.pk).select_related("actor")
    later: list[dict[str, object]] = [
        {"at": event.at, "words": HAPPENED[event.action], "by": event.actor or "The portal"}
        for event in events.filter(action__in=HAPPENED).order_by("sequence")[:200]
    ]
    # The events of being scheduled and of being sent belong to all that were so together.
    told = {row["words"] for row in later}
    rows = [(message.created_at, "Scheduled"), (message.sent_at, HAPPENED["message.sent"])]
    own: list[dict[str, object]] = [
        {"at": at, "words": words, "by": "The portal"} for at, words in rows if at is not None and words not in told
    ]
    reported: list[dict[str, object]] = [
        {"at": event.happened_at, "words": event.get_report_display(), "by": "The mail provider"}
        for event in message.provider_events.all()[:50]
    ]
    return sorted([*own, *later, *reported], key=itemgetter("at"))
