"""Results that show on photographs and that nobody has rated yet."""

from datetime import datetime

from django.urls import reverse

from portal.practice.models import User
from portal.practice.terms import Role
from portal.today.blocks import MOST, Block, Row
from treatments.outcomes.admin.panel import rate_url
from treatments.outcomes.services import Pair, to_rate_of_many


def results_to_rate(now: datetime, user: User) -> Block | None:
    """Those of this person's own sessions, and of everybody's for an owner; without any, no block."""
    pairs = to_rate_of_many(now)
    if user.membership is None or user.membership.role != Role.OWNER:
        pairs = [pair for pair in pairs if pair.session.practitioner.user_id == user.pk]
    if not pairs:
        return None
    more = reverse("admin:treatments_rating_changelist")
    note = "Compare before and after, and say what you see of each goal."
    return Block(
        "ratings", "Results to rate", [_row(pair, now) for pair in pairs[:MOST]], len(pairs), "", more, note=note
    )


def _row(pair: Pair, now: datetime) -> Row:
    days = (now.date() - pair.after.taken_at.astimezone(now.tzinfo).date()).days
    week = (pair.after.taken_at - pair.session.takes_place_at).days // 7
    return Row(
        client=str(pair.after.client),
        client_url=reverse("client_page", args=[pair.after.client_id]),
        words=f"Session {pair.session.number}, photographed in week {week}",
        badge="New today" if days < 1 else f"Waiting for {days} day{'' if days == 1 else 's'}",
        tone="info",
        action="Rate the results",
        url=rate_url(pair.before, pair.after),
    )
