"""The first page: each role sees the blocks its permissions open."""

from collections.abc import Callable
from datetime import datetime

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from clients.messages.admin import seen_by, title_of, why_for
from clients.messages.models import Message
from portal.practice.middleware import acting
from portal.practice.models import User
from portal.today.blocks import Block, Row, clock, some_of
from portal.today.first_steps import first_steps
from portal.today.results import results_windows
from portal.today.screenings import may_come_back, screenings_to_review
from portal.today.sessions import not_finished, sessions_today, sessions_tomorrow
from treatments.followups.models import Alert
from treatments.followups.redflags import FLAGS


def today(request: HttpRequest) -> HttpResponse:
    """What needs a person today. Each role sees the blocks its permissions open."""
    if not request.user.has_perm("clients.view_client"):
        raise PermissionDenied
    now = timezone.localtime(timezone.now())
    user = acting(request)
    context = {
        "title": "Today",
        "day": now.date(),
        "first_steps": first_steps(user),
        "blocks": blocks_for(user, now),
    }
    return TemplateResponse(request, "admin/today.html", admin.site.each_context(request) | context)


def blocks_for(user: User, now: datetime) -> list[Block]:
    """The blocks this person's permissions open, the most pressing first. `now` is in the clinic's zone."""
    table: tuple[tuple[str, Callable[[], Block | None]], ...] = (
        ("treatments.view_alert", lambda: red_flags(now)),
        ("treatments.view_session", lambda: not_finished(now, user)),
        ("treatments.view_session", lambda: sessions_today(now, user)),
        ("treatments.view_session", lambda: sessions_tomorrow(now, user)),
        ("treatments.view_screening", lambda: screenings_to_review(now)),
        ("treatments.decide_screening", lambda: may_come_back(now)),
        ("treatments.view_reply", lambda: results_windows(now)),
        ("clients.view_message", lambda: messages_not_sent(user)),
    )
    return [block for permission, build in table if user.has_perm(permission) and (block := build())]


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
            url=reverse("admin:treatments_alert_change", args=[alert.pk]),
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
    reply = f"Reply to “{alert.reply.followup.get_step_display()}”, {clock(alert.raised_at, now)}"
    return f"{signs}. {reply}" if signs else reply


def messages_not_sent(user: User) -> Block:
    """Emails that could not leave and need a person, with the reason."""
    stuck, count = some_of(seen_by(user, Message.objects.stuck()).select_related("client").order_by("due_at", "id"))
    rows = [
        Row(
            client=str(message.client),
            client_url=reverse("client_page", args=[message.client_id]),
            words=f"{title_of(message)}: {why_for(message, user)}",
            badge=str(message.get_state_display()),
            tone="warn",
            action="Open",
            url=reverse("admin:clients_message_change", args=[message.pk]),
        )
        for message in stuck
    ]
    more = reverse("admin:clients_message_changelist")
    return Block("messages", "Messages that could not be sent", rows, count, "Every message left as it should.", more)
