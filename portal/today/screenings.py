"""Screenings that wait for a decision, and deferred clients whose day has come."""

from datetime import datetime

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.urls import reverse

from portal.client_page.picture import short_date
from portal.today.blocks import Block, Row, clock, some_of
from treatments.screening.guidance import OUTCOME_BADGES, SUITABLE_SO_FAR
from treatments.screening.models import Query, Screening
from treatments.screening.terms import State


def screenings_to_review(now: datetime) -> Block:
    """Forms that wait for a decision, the oldest first; those that wait for the client's answer at the end."""
    waiting = with_questions(Screening.objects.to_review()).select_related("client")
    shown, count = some_of(waiting.order_by(F("open_since").asc(nulls_first=True), "submitted_at", "id"))
    rows = [
        Row(
            client=str(screening.client),
            client_url=reverse("client_page", args=[screening.client_id]),
            words=stands(screening, now),
            badge=SUITABLE_SO_FAR if screening.suitable_so_far else str(screening.get_outcome_display()),
            tone="ok" if screening.suitable_so_far else OUTCOME_BADGES[screening.outcome],
            action="Review",
            url=reverse("admin:treatments_screening_review", args=[screening.pk]),
        )
        for screening in shown
    ]
    more = reverse("admin:treatments_screening_changelist")
    return Block(
        "screenings",
        "Screenings to review",
        rows,
        count,
        "No screenings to review. Send one from a client’s page.",
        more,
        to_clients=True,
    )


def with_questions(screenings: "QuerySet[Screening]") -> "QuerySet[Screening]":
    """Adds when the question that is out was asked, and when the client last answered one."""
    queries = Query.objects.filter(screening=OuterRef("pk"))
    return screenings.annotate(
        open_since=Subquery(queries.unanswered().values("asked_at")[:1]),
        answered_at=Subquery(queries.exclude(answered_at=None).order_by("-answered_at").values("answered_at")[:1]),
    )


def stands(screening: Screening, now: datetime) -> str:
    """Why it waits: "Filled in 13:00 today", or how your question to the client stands."""
    asked, answered = screening.open_since, screening.answered_at  # type: ignore[attr-defined]
    if asked:
        return f"You asked the client a question {clock(asked, now)}. No answer yet"
    if answered:
        return f"The client answered your question {clock(answered, now)}"
    return f"Filled in {clock(screening.submitted_at, now)}" if screening.submitted_at else ""


def may_come_back(now: datetime) -> Block | None:
    """Deferred clients whose day has come, the longest waiting first; one press invites. Without any, no block."""
    waited = Screening.objects.may_come_back(now.date()).select_related("client")
    shown, count = some_of(waited.order_by("defer_until", "id"))
    rows = [
        Row(
            client=str(screening.client),
            client_url=reverse("client_page", args=[screening.client_id]),
            words=f"Was to wait until {short_date(screening.defer_until)}",
            badge="Time is up",
            tone="info",
            action="Invite again" if screening.client.email else "Hand over a new form",
            url=reverse("admin:treatments_screening_invite", args=[screening.pk]),
            posts=True,
        )
        for screening in shown
        if screening.defer_until
    ]
    more = reverse("admin:treatments_screening_changelist") + f"?state__exact={State.DEFERRED}"
    return Block("come-back", "May come back", rows, count, empty="", more_url=more) if rows else None
