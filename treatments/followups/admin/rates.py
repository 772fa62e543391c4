"""How many clients answer each step, and how soon."""

from collections import defaultdict
from datetime import datetime, timedelta
from statistics import median
from typing import NamedTuple

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from portal.adminsite.options import ClinicModelAdmin
from treatments.care.models import CareVersion
from treatments.care.services import schedule_of, shipped_schedule
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
    places = _places()
    steps = Followup.objects.asked_between(since).values("step").annotate(Count("pk"), Max("title"))
    return [
        Rate(
            title=row["title__max"] or row["step"],
            sent=row["pk__count"],
            answered=len(hours[row["step"]]),
            hours=median(hours[row["step"]]) if hours[row["step"]] else None,
        )
        for row in sorted(steps, key=lambda row: places.get(row["step"], len(places)))
    ]


def _places() -> dict[str, int]:
    """Where each step stands in the clinic's newest care schedule; one that is no more has no place."""
    newest = CareVersion.objects.published().first()
    schedule = schedule_of(newest) if newest else shipped_schedule()
    return {step.key: place for place, step in enumerate(schedule.steps)}
