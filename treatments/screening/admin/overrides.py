"""For the owner: where somebody accepted although the rules asked for a review, and how often."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from portal.adminsite.options import ClinicModelAdmin, choices_display
from treatments.screening.models import Decision
from treatments.screening.terms import Condition, Outcome

LATELY = timedelta(days=90)
MOST = 100  # decisions shown, the newest


class Rate(NamedTuple):
    """How often somebody accepted against a finding, lately and ever."""

    who: str
    lately: str
    ever: str


class OverridePages(ClinicModelAdmin):
    """One page, for whoever oversees the clinic."""

    def overrides_page(self, request: HttpRequest) -> HttpResponse:
        """The rate in all and by practitioner, then each decision."""
        if not request.user.has_perm("treatments.oversee_screening"):
            raise PermissionDenied
        rows = Decision.objects.overrides().select_related("screening__client", "decided_by")
        return self.page(
            request,
            "admin/treatments/screening/overrides.html",
            title="Accepted on your team’s own judgement",
            crumb="Overrides",
            rates=rates(timezone.now()),
            count=rows.count(),
            decisions=[
                {
                    "row": row,
                    "findings": [reason["text"] for reason in row.reasons],
                    "conditions": choices_display(Condition, row.conditions),
                }
                for row in rows[:MOST]
            ],
        )


def rates(now: datetime) -> list[Rate]:
    """In all, then by practitioner; empty while nothing was accepted."""
    override, recent = Q(outcome=Outcome.REVIEW), Q(decided_at__gt=now - LATELY)
    counts = (
        Decision.objects.accepting()
        .order_by("decided_by__full_name", "decided_by")
        .values("decided_by__full_name", "decided_by")
        .annotate(
            all_ever=Count("pk"),
            all_lately=Count("pk", filter=recent),
            overrides_ever=Count("pk", filter=override),
            overrides_lately=Count("pk", filter=recent & override),
        )
    )
    people = list(counts)
    if not people:
        return []
    return [_rate("The whole clinic", people), *(_rate(row["decided_by__full_name"], [row]) for row in people)]


def _rate(who: str, rows: Iterable[Any]) -> Rate:
    names = ("overrides_lately", "all_lately", "overrides_ever", "all_ever")
    sums = {name: sum(row[name] for row in rows) for name in names}
    lately = _words(sums["overrides_lately"], sums["all_lately"])
    return Rate(who, lately, _words(sums["overrides_ever"], sums["all_ever"]))


def _words(overrides: int, accepted: int) -> str:
    if not accepted:
        return "Nobody accepted"
    return f"{overrides} of {accepted} ({round(100 * overrides / accepted)} %)"
