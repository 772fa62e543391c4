"""The words of recalls."""

from django.db.models import TextChoices


class How(TextChoices):
    """How the team reached a client otherwise than by an acknowledged email."""

    PHONE = "phone", "By telephone"
    LETTER = "letter", "By letter"
    IN_PERSON = "in_person", "In person"
    OTHER = "other", "Otherwise"


class Standing(TextChoices):
    """How far word of a recall has come with one client."""

    ACKNOWLEDGED = "acknowledged", "Has read it"
    REACHED = "reached", "Reached otherwise"
    TOLD = "told", "Emailed, not acknowledged"
    ON_ITS_WAY = "on_its_way", "Email on its way"
    READY = "ready", "Notice ready to send"
    TO_CALL = "to_call", "To be called or written to"


# Where the word has arrived: somebody says that the client knows.
ARRIVED = (Standing.ACKNOWLEDGED, Standing.REACHED)
