"""What is done about a case; the first word with the client acts on the red flag that it came from."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from treatments.cases.models import Case
from treatments.cases.services import open_case, write_entry
from treatments.cases.terms import CONTACTS
from treatments.followups.services import settle_alert

if TYPE_CHECKING:
    from portal.practice.models import User


@transaction.atomic
def begin_case(*, done: str = "", note: str = "", by: "User", at: datetime, **facts: Any) -> Case:
    """A new case, as open_case takes and refuses it; the red flag it is of waits no more once somebody was reached."""
    case = open_case(done=done, note=note, by=by, at=at, **facts)
    _settle(case, done, note, by, at)
    return case


@transaction.atomic
def note_done(*, case: Case, kind: str, note: str, call_by: datetime, by: "User", at: datetime) -> bool:
    """What somebody did, as write_entry takes and refuses it; whether a red flag waits no more because of it.

    Emails about results wait on: the case is open.
    """
    write_entry(case=case, kind=kind, note=note, call_by=call_by, by=by, at=at)
    return _settle(case, kind, note, by, at)


def _settle(case: Case, kind: str, note: str, by: "User", at: datetime) -> bool:
    """In the transaction of the entry, which holds the client's row."""
    return bool(case.alert and kind in CONTACTS and settle_alert(alert=case.alert, note=note, by=by, at=at))
