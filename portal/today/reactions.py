"""Reaction cases that are open, with their clock."""

from datetime import datetime

from django.urls import reverse

from portal.today.blocks import Block, Row, clock
from treatments.cases.models import Case
from treatments.reactions.forms import session_words


def open_cases(now: datetime) -> Block | None:
    """Every open case, the nearest call first; none is ever left out. No block while there is none."""
    cases = list(Case.objects.open().select_related("client", "session__as_amended").order_by("call_by", "id"))
    if not cases:
        return None
    more = reverse("admin:treatments_case_changelist")
    rows = [row_of(case, now) for case in cases]
    return Block("reactions", "Reactions", rows, len(rows), "", more, "All reaction cases")


def row_of(case: Case, now: datetime) -> Row:
    """Who, what, by when to call: red while that is overdue, or nobody has spoken to the client."""
    overdue, heard = case.overdue(now), case.contacted_at is not None
    after = session_words(case.session)
    words = f"{case.get_kind_display()}, grade {case.grade}, after {after[:1].lower()}{after[1:]}"
    unheard = "" if heard else ". Nobody has spoken to the client yet"
    told = f". Passed on to the owner at {clock(case.escalated_at, now)}" if case.escalated_at else ""
    by = clock(case.call_by, now) if case.call_by else ""
    return Row(
        client=str(case.client),
        client_url=reverse("client_page", args=[case.client_id]),
        words=f"{words}{unheard}{told}",
        badge="Overdue" if overdue else "Open" if heard else "To call",
        tone="bad" if overdue or not heard else "warn",
        action="Open the case",
        url=reverse("admin:treatments_case_change", args=[case.pk]),
        when=f"{'Overdue: call' if overdue else 'Call'} by {by}",
        urgent=overdue or not heard,
    )
