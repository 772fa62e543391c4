"""What a client's link may be for."""

from django.db.models import TextChoices


class Purpose(TextChoices):
    """One door each: a link for one purpose opens no other."""

    SCREENING = "screening", "Screening form"
    FOLLOW_UP = "follow_up", "Follow-up questions"
