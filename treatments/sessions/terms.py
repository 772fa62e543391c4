"""The words of a session (a treatment; never a web session)."""

from enum import StrEnum, auto

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

MOST_CARTRIDGES = 20  # used in one session; more is a slip of the finger


class State(TextChoices):
    """Where a session is."""

    BOOKED = "booked", _("Booked")
    IN_PROGRESS = "in_progress", _("In progress")
    COMPLETED = "completed", _("Completed")
    CANCELLED = "cancelled", _("Cancelled")


class Ground(StrEnum):
    """What the gate asks about; each missing one has words of its own on Today, and a page that cures it."""

    CLIENT = auto()
    AGE = auto()
    PLAN = auto()
    SCREENING = auto()
    CONFIRMATION = auto()
    CONSENT = auto()
    CERTIFICATE = auto()
    INTERVAL = auto()
    RED_FLAG = auto()
    ALONE = auto()
    PREMISES = auto()
