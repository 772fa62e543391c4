"""How many clients answer each step, and how soon."""

from collections import defaultdict
from datetime import datetime, timedelta
from statistics import median
from typing import NamedTuple

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max, Min
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from portal.adminsite.options import ClinicModelAdmin
from treatments.followups.models import Followup, Reply

LATELY = timedelta(days=365)
HOUR = timedelta(hours=1)


class Rate(NamedTuple):
    """One step: how many emails asked, how many were answered, and half of the answers came within so many hours."""

    title: str
    sent: int
    answered: int
    hours: float | None

    @property
    def share(self) -> str:
        """Such as "67 %"."""
        return f"{round(100 * self.answered / self.sent)} %"

    @property
    def half_within(self) -> str:
        """Such as "5 hours" or "3 days"; "" before there are answers."""
        if self.hours is None:
            return ""
        number, unit = (self.hours / 24, "day") if self.hours >= 48 else (self.hours, "hour")  # noqa: PLR2004
        rounded = max(1, round(number))
        return f"{rounded} {unit}{'' if rounded == 1 else 's'}"


class RatePages(ClinicModelAdmin):
    """One page, from the list of answers."""

    def rates_page(self, request: HttpRequest) -> HttpResponse:
        """A line for each step."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = rates(timezone.now())
        return self.page(request, "admin/treatments/reply/rates.html", title="Response rates", rates=found)


def rates(now: datetime) -> list[Rate]:
    """Of the emails with questions that left in the last year, by step, in the order in which they follow."""
    since = now - LATELY
    hours: dict[str, list[float]] = defaultdict(list)
    for step, answered_at, sent_at in Reply.objects.to_what_was_sent(since):
        hours[step].append(max(answered_at - (sent_at or answered_at), timedelta(0)) / HOUR)
    steps = Followup.objects.asked_since(since).values("step").annotate(Count("pk"), Max("title"), first=Min("pk"))
    return [
        Rate(
            title=row["title__max"] or row["step"],
            sent=row["pk__count"],
            answered=len(hours[row["step"]]),
            hours=median(hours[row["step"]]) if hours[row["step"]] else None,
        )
        for row in steps.order_by("first")
    ]
