"""The words of the post office."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    """Where a message is on its way. Only clients/messages/services.py moves it."""

    SCHEDULED = "scheduled", _("Scheduled")
    CLAIMED = "claimed", _("About to leave")
    SENDING = "sending", _("Leaving now")
    SENT = "sent", _("Sent")
    SKIPPED = "skipped", _("Not sent")
    LATE = "late", _("Too late to send")
    FAILED = "failed", _("Could not be sent")
    CANCELLED = "cancelled", _("Withdrawn")


class Recipient(TextChoices):
    """Whom a message goes to; it is always about a client."""

    CLIENT = "client", _("Client")
    CLINIC = "clinic", _("Clinic")
