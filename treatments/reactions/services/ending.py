"""End a case, and say what becomes of the emails that waited for it."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from treatments.cases.models import Case
from treatments.cases.services import close_case
from treatments.followups.services import cancel_results, resume_results, settle_alert

if TYPE_CHECKING:
    from portal.practice.models import User


@transaction.atomic
def end_case(
    *,
    case: Case,
    ending: str,
    note: str,
    resume: bool,
    kind: str = "",
    why_unclear: str = "",
    by: "User",
    at: datetime,
) -> None:
    """It is over: the emails about results go on, or none of those still unsent leaves.

    What is late by now stays unsent: each has its own last moment. Another open case, or another red flag, still holds
    them; the one that it was opened from is acted on with it, if nobody was reached before. Raises what close_case
    raises.
    """
    now = close_case(case=case, ending=ending, note=note, kind=kind, why_unclear=why_unclear, by=by, at=at)
    if now.alert:
        settle_alert(alert=now.alert, note=note, by=by, at=at)
    if not resume:
        cancel_results(client=now.client, by=by, at=at)
    resume_results(client=now.client_id, at=at)
