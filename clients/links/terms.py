"""What a client's link may be for, and how it reached the client."""

from django.db.models import TextChoices


class Purpose(TextChoices):
    """One door each: a link for one purpose opens no other."""

    SCREENING = "screening", "Screening form"
    CONFIRMATION = "confirmation", "Confirmation before a session"
    CONSENT = "consent", "Consent"
    FOLLOW_UP = "follow_up", "Follow-up questions"


class Channel(TextChoices):
    """How a link was handed over."""

    EMAIL = "email", "By email"
    COPIED = "copied", "Copied by the clinic"
    CODE = "code", "QR code in the room"
    TABLET = "tablet", "The clinic's tablet"
