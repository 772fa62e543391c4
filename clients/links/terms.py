"""What a client's link may be for, and how it reached the client."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Purpose(TextChoices):
    """One door each: a link for one purpose opens no other."""

    SCREENING = "screening", "Screening form"
    CONFIRMATION = "confirmation", "Confirmation before a session"
    CONSENT = "consent", "Consent"
    FOLLOW_UP = "follow_up", "Follow-up questions"
    RECALL = "recall", "Notice of a recall"
    EMAILS_OFF = "emails_off", "No more emails of one purpose"


class Channel(TextChoices):
    """How a link was handed over."""

    EMAIL = "email", _("By email")
    COPIED = "copied", _("Copied by the clinic")
    CODE = "code", _("QR code in the room")
    TABLET = "tablet", _("The clinic's tablet")
