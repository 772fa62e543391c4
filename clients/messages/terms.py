"""The words of the post office."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

SKIPPED_BECAUSE = "Skipped: "  # how the reason of a message begins that a person took off, in their own words


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
    MEMBER = "member", _("One of the team")


class Outcome(TextChoices):
    """What became of a message that left, as the provider says; the heavier word wins, whatever comes last."""

    DELIVERED = "delivered", _("Delivered")
    BOUNCED = "bounced", _("Bounced")
    COMPLAINED = "complained", _("Reported as spam")


class Report(TextChoices):
    """What a provider may report about one message."""

    DELIVERED = "delivered", _("Delivered")
    DEFERRED = "deferred", _("Put off")
    SOFT_BOUNCE = "soft_bounce", _("Bounced for now")
    HARD_BOUNCE = "hard_bounce", _("Bounced for good")
    COMPLAINT = "complaint", _("Reported as spam")
    UNSUBSCRIBED = "unsubscribed", _("Asked for no more emails")


class SuppressedBecause(TextChoices):
    """Why nothing is sent to an address any more."""

    BOUNCED = "bounced", _("Emails to it bounced for good")
    COMPLAINED = "complained", _("Its owner reported our email as spam")
    ASKED = "asked", _("Its owner asked for no more emails")
