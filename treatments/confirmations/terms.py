"""The words of the confirmation before a session."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    """Where a confirmation is."""

    ASKED = "asked", _("Waiting for the client")
    CONFIRMED = "confirmed", _("Nothing has changed")
    CHANGED = "changed", _("Something has changed")
    CLOSED = "closed", _("Closed")
