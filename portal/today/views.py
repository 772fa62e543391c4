"""The first page: each role sees the blocks its permissions open."""

from collections.abc import Callable
from datetime import datetime

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from portal.practice.middleware import acting
from portal.practice.models import User
from portal.today.addresses import stopped_addresses
from portal.today.blocks import Block
from portal.today.first_steps import first_steps
from portal.today.messages import messages_not_sent, silence
from portal.today.ratings import results_to_rate
from portal.today.reactions import open_cases
from portal.today.recalls import open_recalls
from portal.today.records import records_to_sign
from portal.today.replies import no_answers, red_flags
from portal.today.results import results_windows
from portal.today.screenings import may_come_back, screenings_to_review
from portal.today.series import overdue_series
from portal.today.sessions import not_finished, sessions_today, sessions_tomorrow
from portal.today.stock import lots_and_stock
from portal.today.team_addresses import team_addresses

MESSAGES = "clients.view_message"


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
        "silence": silence(user, now),
        "blocks": blocks_for(user, now),
    }
    return TemplateResponse(request, "admin/today.html", admin.site.each_context(request) | context)


def blocks_for(user: User, now: datetime) -> list[Block]:
    """The blocks this person's permissions open, the most pressing first. `now` is in the clinic's zone."""
    unsent = messages_not_sent(user, now) if user.has_perm(MESSAGES) else None
    table: tuple[tuple[str, Callable[[], Block | None]], ...] = (
        ("treatments.view_alert", lambda: red_flags(now)),
        ("treatments.view_case", lambda: open_cases(now)),
        ("treatments.view_recall", lambda: open_recalls(now)),
        ("treatments.chase_followup", lambda: no_answers(now)),
        (MESSAGES, lambda: unsent if unsent and unsent.rows else None),
        ("clients.view_suppression", lambda: team_addresses(user, now)),
        ("treatments.view_session", lambda: not_finished(now, user)),
        ("treatments.view_session", lambda: sessions_today(now, user)),
        ("treatments.view_session", lambda: sessions_tomorrow(now, user)),
        ("treatments.view_screening", lambda: screenings_to_review(now)),
        ("treatments.decide_screening", lambda: may_come_back(now)),
        ("treatments.sign_session", lambda: records_to_sign(now, user)),
        ("treatments.add_rating", lambda: results_to_rate(now, user)),
        ("treatments.add_session", lambda: overdue_series(now, user)),
        ("treatments.view_reply", lambda: results_windows(now)),
        ("treatments.view_lot", lambda: lots_and_stock(now)),
        ("clients.view_suppression", lambda: stopped_addresses(now)),
        (MESSAGES, lambda: None if unsent and unsent.rows else unsent),
    )
    return [block for permission, build in table if user.has_perm(permission) and (block := build())]
