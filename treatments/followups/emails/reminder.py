"""The one reminder of questions that a client has not answered."""

from datetime import datetime

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from clients.links.services import issue_link
from clients.links.terms import Purpose
from clients.messages.kinds import Kind, Rendered
from clients.messages.models import Message
from clients.messages.terms import State
from portal.practice.emails import render_parts
from treatments.care.emails import OUT_OF_SIGHT
from treatments.care.terms import Asks
from treatments.consents.services import why_no_emails
from treatments.consents.terms import ConsentPurpose
from treatments.followups.emails.facts import Letter
from treatments.followups.emails.letters import LINK_LASTS, emergency_of
from treatments.followups.emails.off import off_headers, off_link
from treatments.followups.emails.reasons import ANSWERED, OF_THE_CLIENT
from treatments.followups.models import Alert, Followup, Reply

REMINDER = "followup_reminder"
RED_FLAG_OPEN = "A warning sign is open: somebody is to call the client."
ASKED_SINCE = "A later email has asked since."


def create_reminder_kind() -> Kind:
    """The reminder."""
    return Kind(
        name=REMINDER,
        title="Follow-up: reminder",
        render=render_reminder,
        reason_to_skip=reminder_reason_to_skip,
        purpose=ConsentPurpose.FOLLOW_UP_EMAILS,
        because=_because,
    )


def _because(message: Message, _leaves: datetime | None) -> str:
    return f"The questions of “{_reminded(message).title}” have no answer yet."


def reminder_reason_to_skip(message: Message, at: datetime) -> str:
    """Why nobody is to be reminded any more."""
    followup = _reminded(message)
    letter = Letter(client=followup.client, followups=[] if followup.withdrawn_at else [followup])
    refused = why_no_emails(clients=[followup.client_id], purpose=ConsentPurpose.FOLLOW_UP_EMAILS)
    if why := refused.get(followup.client_id, ""):
        return why
    of_the_client = next((why for holds, why in OF_THE_CLIENT if holds(letter)), "")
    return of_the_client or _why_not(followup, at)


def _why_not(followup: Followup, at: datetime) -> str:
    later = Followup.objects.filter(session=followup.session_id, due_at__gt=followup.due_at).exclude(asks=Asks.NOTHING)
    if Reply.objects.filter(followup=followup).exists() or Reply.objects.filter(followup__in=later).exists():
        return ANSWERED
    if Alert.objects.waiting().filter(client=followup.client_id).exists():
        return RED_FLAG_OPEN
    # One that is due by then asks too; whether one for some clients only (`telling`) does is known when it leaves.
    asks = Q(message__state=State.SENT) | Q(
        message__state__in=[State.SCHEDULED, State.CLAIMED], message__due_at__lte=at, message__telling=False
    )
    return ASKED_SINCE if later.standing().filter(asks).exists() else ""


def render_reminder(message: Message, at: datetime) -> Rendered:
    """The same questions once more, by a link of its own."""
    followup = _reminded(message)
    token = issue_link(
        client=followup.client, purpose=Purpose.FOLLOW_UP, subject_id=followup.pk, at=at, lasts=LINK_LASTS
    )
    off, off_secret = off_link(Letter(client=followup.client, followups=[followup]), at)
    context = {
        "clinic": followup.clinic,
        "client": followup.client,
        "practitioner": followup.session.practitioner.user.full_name,
        "emergency": emergency_of(followup.clinic),
        "link": settings.BASE_URL + reverse("followups:reply", args=[token]),
        "until": at + LINK_LASTS,
        "off_link": off,
        "out_of_sight": OUT_OF_SIGHT,
    }
    subject, text, html = render_parts("emails/followups/reminder", context)
    return Rendered(subject=subject, text=text, html=html, secrets=(token, off_secret), headers=off_headers(off))


def _reminded(message: Message) -> Followup:
    rows = Followup.objects.select_related("clinic", "client", "session__practitioner__user")
    return rows.get(reminder=message)
