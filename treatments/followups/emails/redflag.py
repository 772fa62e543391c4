"""The emails that call somebody to a red flag: the clinic and whoever treated; later, when nobody acted, the owners."""

from datetime import datetime

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from clients.messages.kinds import Kind, Rendered
from clients.messages.models import Message
from clients.messages.terms import Recipient
from portal.practice.emails import render_parts
from treatments.followups.models import Alert

ESCALATED = "red_flag_escalated"


def create_escalated_kind() -> Kind:
    """The call to the owner."""
    return Kind(
        name=ESCALATED,
        title="Red flag, passed on to the owner",
        render=render_escalated,
        reason_to_skip=red_flag_reason_to_skip,
    )


def render_red_flag(message: Message, _at: datetime) -> Rendered:
    """Whose, by initials, and by when; the answers stay in the portal.

    The clinic's own emails are read at the front desk too, which may not open the answers: it is told whom to tell.
    """
    return _rendered(message, "emails/followups/red_flag", to_clinic=message.recipient == Recipient.CLINIC)


def render_escalated(message: Message, _at: datetime) -> Rendered:
    """The same, and that nobody has acted in time."""
    return _rendered(message, "emails/followups/escalated")


def red_flag_reason_to_skip(message: Message, _at: datetime) -> str:
    """Nobody needs to be called to what was acted on."""
    waiting = Alert.objects.waiting().filter(_calls_to(message)).exists()
    return "" if waiting else "Somebody has already acted on it."


def _rendered(message: Message, template: str, *, to_clinic: bool = False) -> Rendered:
    people = ("client", "clinic", "reply__followup__session__practitioner__user")
    alert = Alert.objects.select_related(*people).get(_calls_to(message))
    treated = alert.reply.followup.session.practitioner
    context = {
        "clinic": alert.clinic,
        "initials": f"{alert.client.first_name[:1]}. {alert.client.last_name[:1]}.",
        "act_by": alert.act_by,
        "to_clinic": to_clinic,
        "treated": "" if treated.ended_at else str(treated),  # who has left cannot act
        "link": settings.BASE_URL + reverse("admin:treatments_alert_change", args=[alert.pk]),
    }
    subject, text, html = render_parts(template, context)
    return Rendered(subject=subject, text=text, html=html)


def _calls_to(message: Message) -> Q:
    """The alert that a message is about: the clinic's own, or by the reply in the key, "reply:12:red_flag:3"."""
    return Q(message=message) if message.member_id is None else Q(reply=int(message.key.split(":")[1]))
