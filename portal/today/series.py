"""Series that nobody goes on with: the next session was due a while ago, and nothing is booked."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.urls import reverse

from portal.client_page.picture import short_date
from portal.practice.models import User
from portal.today.blocks import Block, Row, some_of
from treatments.plans.models import Plan


def overdue_series(now: datetime, user: User) -> Block | None:
    """The plans to go on with, the longest waiting first; without any, no block."""
    plans, count = some_of(Plan.objects.overdue(now).select_related("client", "clinic"))
    if not plans:
        return None
    more = reverse("admin:treatments_plan_changelist") if user.has_perm("treatments.view_plan") else ""
    note = "Call the client and book, or stop the plan with the reason."
    return Block("series", "Series to go on with", [row(plan, now) for plan in plans], count, "", more, note=note)


def row(plan: Plan, now: datetime) -> Row:
    """One series: which session was due when, and the way to book it."""
    due = plan.due_at.astimezone(ZoneInfo(plan.clinic.time_zone)).date()  # type: ignore[attr-defined]
    late = (now.date() - due).days
    number = plan.sessions_done + 1  # type: ignore[attr-defined]
    return Row(
        client=str(plan.client),
        client_url=reverse("client_page", args=[plan.client_id]),
        words=f"Session {number} of {plan.sessions_planned} was due on {short_date(due)}. Nothing is booked.",
        badge=f"Overdue by {late} days",
        tone="warn",
        action="Book a session",
        url=f"{reverse('admin:treatments_session_book')}?plan={plan.pk}",
    )
