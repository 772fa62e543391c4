"""Whose results window is open: days 28 to 42 after a client's last session."""

from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from portal.client_page.picture import short_date
from portal.today.blocks import Block, Row, midnight_of, some_of
from treatments.care.schedule import WINDOW_CLOSES, WINDOW_OPENS
from treatments.followups.models import Reply
from treatments.sessions.models import Session


def results_windows(now: datetime) -> Block:
    """Clients whose results window, days 28 to 42 after their last session, is open at some time this week."""
    monday = now.date() - timedelta(days=now.weekday())
    sessions = in_window(now, monday, monday + timedelta(days=6)).select_related("client").order_by("ended_at", "id")
    shown, count = some_of(sessions)
    rows = [
        Row(
            client=str(session.client),
            client_url=reverse("client_page", args=[session.client_id]),
            words=window_words(session.ended_at.astimezone(now.tzinfo).date(), now.date()),
            badge="Reply received" if session.has_reply else "No reply yet",
            tone="ok" if session.has_reply else "info",
            action="Open",
            url=reverse("client_page", args=[session.client_id]),
        )
        for session in shown
        if session.ended_at
    ]
    empty = f"No results windows this week. One opens {WINDOW_OPENS.days} days after a client’s last session."
    more = reverse("admin:treatments_reply_changelist")
    return Block("windows", "Results windows this week", rows, count, empty, more, "All replies")


def in_window(now: datetime, first: date, last: date) -> QuerySet[Session]:
    """Each client's last completed session whose window overlaps these days, with `has_reply`."""
    later = Session.objects.completed().filter(client=OuterRef("client"), ended_at__gt=OuterRef("ended_at"))
    replies = Reply.objects.filter(followup__session=OuterRef("pk"), followup__about_results=True)
    return (
        Session.objects.completed()
        .filter(
            ended_at__gte=midnight_of(first - WINDOW_CLOSES, now),
            ended_at__lt=midnight_of(last - WINDOW_OPENS + timedelta(days=1), now),
        )
        .filter(~Exists(later))
        .annotate(has_reply=Exists(replies))
    )


def window_words(ended_on: date, on: date) -> str:
    """Where a client is in the window: "Day 30 of 42, open until 8 Jun 2026"."""
    opens, closes = ended_on + WINDOW_OPENS, ended_on + WINDOW_CLOSES
    day = f"Day {(on - ended_on).days} of {WINDOW_CLOSES.days}"
    if on < opens:
        return f"{day}, opens on {short_date(opens)}"
    if on > closes:
        return f"Closed on {short_date(closes)}"
    return f"{day}, open until {short_date(closes)}"
