"""What a red flag says of a reaction, and the case that goes on from it."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.apps import apps

from treatments.cases.guidance import GRADE_OF_URGENCY, kind_of_flags
from treatments.cases.models import Case
from treatments.cases.rules import call_due
from treatments.cases.services import open_case, write_entry
from treatments.cases.terms import EntryKind
from treatments.followups.models import Alert
from treatments.followups.redflags import FLAGS

if TYPE_CHECKING:
    from portal.practice.models import User


def said_in_words(alert: Alert) -> str:
    """What the client's answers say that needs a person, and their own words."""
    reply = alert.reply
    signs = "; ".join(FLAGS[key].words for key in reply.red_flags if key in FLAGS)
    said = f"In the answers to “{reply.followup.title or reply.followup.step}”: {signs or alert.get_urgency_display()}."
    comment = str(reply.answers.get("comment") or "").strip()
    return f"{said}\n“{comment}”" if comment else said


def starting_facts(alert: Alert) -> dict[str, Any]:
    """What a case of it begins with; a person corrects it. The zones are all that its session treated."""
    zones = apps.get_model("treatments", "SessionZone").objects.filter(session=alert.reply.followup.session_id)
    return {
        "kind": kind_of_flags(alert.reply.red_flags),
        "zones": sorted(set(zones.values_list("zone", flat=True))),
        "began_on": alert.clinic.local_day(alert.raised_at),
        "grade": GRADE_OF_URGENCY[alert.urgency],
        "words": said_in_words(alert),
    }


def case_after(*, alert: Alert, note: str, reached: bool, by: "User", at: datetime) -> Case | None:
    """Its case, in the caller's transaction: the session's open one goes on, else a new one takes the clock over.

    None when its case was opened before anybody acted on it, and is closed already.
    """
    session = alert.reply.followup.session
    done, facts = EntryKind.CALLED if reached else EntryKind.NOT_REACHED, starting_facts(alert)
    case = Case.objects.open().filter(session=session).first()
    if case:
        call_by = call_due(grade=case.grade, contacted=reached or case.contacted_at is not None, at=at)
        write_entry(case=case, kind=done, note=f"{facts['words']}\n{note.strip()}", call_by=call_by, by=by, at=at)
        return case
    if Case.objects.filter(alert=alert).exists():
        return None
    call_by = call_due(grade=facts["grade"], contacted=True, at=at) if reached else alert.act_by
    return open_case(session=session, alert=alert, call_by=call_by, done=done, note=note, by=by, at=at, **facts)
