"""How a case stands, in a badge and in words."""

from datetime import datetime

from django.utils import timezone

from treatments.cases.models import Case


def moment(at: datetime | None) -> str:
    """A moment on the clinic's clock; "" for none."""
    return f"{timezone.localtime(at):%-d %b %Y, %H:%M}" if at else ""


def standing(case: Case, now: datetime) -> tuple[str, str]:
    """The badge's tone and words: overdue, by when to call, or how it ended."""
    if case.call_by is None:
        return "ok", f"Closed: {case.get_ending_display()}"
    call = "next call" if case.contacted_at else "first call"
    if case.overdue(now):
        return "bad", f"Overdue: {call} by {moment(case.call_by)}"
    return ("warn" if case.contacted_at else "bad"), f"Open: {call} by {moment(case.call_by)}"
