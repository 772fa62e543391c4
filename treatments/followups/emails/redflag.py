"""The email that calls the clinic to a red flag."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from clients.messages.kinds import Rendered
from clients.messages.models import Message
from portal.practice.emails import render_parts
from treatments.followups.models import Alert


def render_red_flag(message: Message, _at: datetime) -> Rendered:
    """Whose, by initials, and by when; the answers stay in the portal."""
    alert = Alert.objects.select_related("client", "clinic").get(message=message)
    context = {
        "clinic": alert.clinic,
        "initials": f"{alert.client.first_name[:1]}. {alert.client.last_name[:1]}.",
        "act_by": alert.act_by,
        "link": settings.BASE_URL + reverse("admin:treatments_alert_change", args=[alert.pk]),
    }
    subject, text, html = render_parts("emails/followups/red_flag", context)
    return Rendered(subject=subject, text=text, html=html)


def red_flag_reason_to_skip(message: Message, _at: datetime) -> str:
    """Nobody needs to be called to what was acted on."""
    waiting = Alert.objects.waiting().filter(message=message).exists()
    return "" if waiting else "Somebody has already acted on it."
