"""The words of a session (a treatment; never a web session)."""

from decimal import Decimal
from enum import StrEnum, auto

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

MOST_CARTRIDGES = 20  # used in one session; more is a slip of the finger
MOST_PASSES = 6  # over one zone
MOST_POINTS = 8  # notes at a point of the chart; more is a text
SIDE = 1000  # each drawing of the chart is this wide and high, in its own units
LEAST_GRAMS = Decimal("0.1")  # of a numbing cream


class State(TextChoices):
    """Where a session is."""

    BOOKED = "booked", _("Booked")
    IN_PROGRESS = "in_progress", _("In progress")
    COMPLETED = "completed", _("Completed")
    CANCELLED = "cancelled", _("Cancelled")


class DraftPage(TextChoices):
    """The pages of a session that keep what is typed on them."""

    COMPLETE = "complete", "Complete"
    MATERIALS = "materials", "Materials and aftercare"


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
    CASE = auto()
    ALONE = auto()
    PREMISES = auto()


class Sign(TextChoices):
    """What skin may show straight after a session. Source: docs/clinical.md section 4, those expected at once.

    Clients read none of these words: they are not translated.
    """

    ERYTHEMA = "erythema", "Redness"
    OEDEMA = "oedema", "Swelling"
    PINPOINT_BLEEDING = "pinpoint_bleeding", "Pinpoint bleeding"
    BRUISING = "bruising", "Bruising"
    PAIN = "pain", "Pain"
    ITCH = "itch", "Itch"
    TIGHTNESS = "tightness", "Tightness"


class Degree(TextChoices):
    """How much of it."""

    NONE = "none", "None"
    MILD = "mild", "Mild"
    MODERATE = "moderate", "Moderate"
    MARKED = "marked", "Marked"


class Amendable(TextChoices):
    """What of a signed record can be amended."""

    DEVICE = "device", "Device"
    LOT = "lot", "Cartridge lot"
    ENDED = "ended", "End"
    DEPTH = "depth", "Needle depth"
    CHART = "chart", "Chart: passes, endpoint or points"
    NOTES = "notes", "Notes"
    CREAM = "cream", "Numbing cream"
    CREAM_LOT = "cream_lot", "Lot of the numbing cream"
    SERUM = "serum", "Serum"
    SERUM_LOT = "serum_lot", "Lot of the serum"
    SKIN = "skin", "Skin at the end"
    AFTERCARE = "aftercare", "Aftercare given"


LONGEST_NUMBER = 60  # characters of a lot number, as long as the columns
NOT_TREATED = "not treated"  # an amended depth: the zone was written down, and none of it was done
COUNTED = (Amendable.DEVICE, Amendable.LOT, Amendable.ENDED, Amendable.DEPTH)  # what many sessions are looked at by
LOTS = (Amendable.LOT, Amendable.CREAM_LOT, Amendable.SERUM_LOT)
