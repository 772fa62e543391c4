"""The cases of a session, on its page."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from treatments.cases.models import Case
from treatments.reactions.admin.words import standing
from treatments.sessions.models import Session


def panel_of(request: HttpRequest, session: Session) -> dict[str, Any] | None:
    """None for who may not see any, and before the session has begun."""
    if not request.user.has_perm("treatments.view_case") or session.started_at is None:
        return None
    now = timezone.now()
    cases = Case.objects.filter(session=session)
    return {
        "template": "admin/treatments/case/panel.html",
        "session": session,
        "cases": [(case, *standing(case, now)) for case in cases],
        "may_open": request.user.has_perm("treatments.add_case"),
    }
