"""What clients' answers ask of a person: red flags, and calls to those who did not answer."""

from datetime import datetime

from django.urls import reverse

from portal.today.blocks import MOST, Block, Row, clock
from treatments.followups.models import Alert, Followup
from treatments.followups.redflags import FLAGS


def red_flags(now: datetime) -> Block:
    """Replies with warning signs that nobody has acted on, the nearest clock first. None is ever left out."""
    alerts = Alert.objects.waiting().select_related("client", "reply__followup").order_by("act_by", "id")
    rows = [
        Row(
            client=str(alert.client),
            client_url=reverse("client_page", args=[alert.client_id]),
            words=said_in(alert, now),
            badge=str(alert.get_urgency_display()),
            tone="bad",
            action="Act on it",
            url=reverse("admin:treatments_alert_acknowledge", args=[alert.pk]),
            when=("Overdue: act by " if alert.act_by <= now else "Act by ") + clock(alert.act_by, now),
            urgent=True,
        )
        for alert in alerts
    ]
    empty = "No red flags. A reply with warning signs appears here."
    more = reverse("admin:treatments_alert_changelist")
    return Block("red-flags", "Red flags", rows, len(rows), empty, more, "All red flags")


def said_in(alert: Alert, now: datetime) -> str:
    """What the client said, and when: "Blisters, Eye trouble. Reply to “Day 1”, 14:30 today"."""
    signs = ", ".join(FLAGS[key].words for key in alert.reply.red_flags if key in FLAGS)
    reply = f"{'Added' if alert.reply.number > 1 else 'Reply'} to “{alert.reply.followup.title}”"
    reply = f"{reply}, {clock(alert.raised_at, now)}"
    said = f"{signs}. {reply}" if signs else reply
    return f"{said}. Passed on to the owner at {clock(alert.escalated_at, now)}" if alert.escalated_at else said


def no_answers(now: datetime) -> Block | None:
    """Clients who answered neither the questions nor a reminder, the longest silence first; one row for a session."""
    silent = Followup.objects.to_call(now).select_related("client", "reminder").order_by("chase_from", "id")
    of_sessions: dict[int, Followup] = {}
    for followup in silent:
        of_sessions.setdefault(followup.session_id, followup)
    rows = [
        Row(
            client=str(followup.client),
            client_url=reverse("client_page", args=[followup.client_id]),
            words=f"No answer to “{followup.title}”{reminded(followup)}. {call(followup)}",
            badge="Please call",
            tone="warn",
            action="I have called",
            url=reverse("admin:treatments_followup_called", args=[followup.pk]),
            phone=followup.client.phone,
            when="Since " + clock(followup.chase_from, now) if followup.chase_from else "",
        )
        for followup in list(of_sessions.values())[:MOST]
    ]
    return Block("no-answers", "No answer", rows, len(of_sessions), empty="") if rows else None


def reminded(followup: Followup) -> str:
    """That a reminder left too, if it did."""
    sent = followup.reminder is not None and followup.reminder.sent_at is not None
    return ", nor to the reminder" if sent else ""


def call(followup: Followup) -> str:
    """How to reach the client."""
    return f"Call {followup.client.phone}" if followup.client.phone else "There is no phone number in the record"
