"""The email that tells the owners of a case whose call is overdue."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from clients.messages.kinds import Kind, Rendered
from clients.messages.models import Message
from portal.practice.emails import render_parts
from treatments.cases.models import Case

OVERDUE = "case_overdue"


def create_overdue_kind() -> Kind:
    """The call to the owner."""
    return Kind(
        name=OVERDUE,
        title="Reaction case, passed on to the owner",
        render=render_overdue,
        reason_to_skip=overdue_reason_to_skip,
    )


def overdue_key(case: Case, member_id: int) -> str:
    """The key of one owner's email about one overdue call."""
    due = int(case.call_by.timestamp()) if case.call_by else 0
    return f"case:{case.pk}:{OVERDUE}:{due}:{member_id}"


def overdue_reason_to_skip(message: Message, at: datetime) -> str:
    """Nobody needs to be told of a call that was made, or of a case that is closed."""
    case = _case_of(message)
    same = message.member_id is not None and overdue_key(case, message.member_id) == message.key
    return "" if same and case.overdue(at) else "Somebody has already seen to it."


def render_overdue(message: Message, _at: datetime) -> Rendered:
    """Whose, by initials, and by when; what happened stays in the portal."""
    case = _case_of(message)
    context = {
        "clinic": case.clinic,
        "initials": f"{case.client.first_name[:1]}. {case.client.last_name[:1]}.",
        "call_by": case.call_by,
        "link": settings.BASE_URL + reverse("admin:treatments_case_change", args=[case.pk]),
    }
    subject, text, html = render_parts("emails/cases/overdue", context)
    return Rendered(subject=subject, text=text, html=html)


def _case_of(message: Message) -> Case:
    """By the number in the key, "case:12:case_overdue:1760000000:3"."""
    return Case.objects.select_related("client", "clinic").get(pk=int(message.key.split(":")[1]))
