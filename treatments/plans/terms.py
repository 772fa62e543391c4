"""The words of a plan: its states, what a protocol is for, and what is to be avoided after a session.

Clients read the last alone: it is in the catalogues.
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    """Where a plan is.

    Between drafted and active it is *agreed* while the client's consent to it is in force. That is read from the
    consents (services.agreed_among) and not written down, so that a withdrawal ends it at once.
    """

    DRAFTED = "drafted", "Drafted"
    ACTIVE = "active", "Active"
    COMPLETED = "completed", "Completed"
    STOPPED = "stopped", "Stopped"


class Indication(TextChoices):
    """What a protocol is for. Source: docs/clinical.md section 2b."""

    ACNE_SCARS = "acne_scars", "Acne scars"
    LINES = "lines", "Lines, wrinkles, texture and firmness"
    PORES = "pores", "Pores"
    PIGMENT = "pigment", "Uneven colour and melasma"
    STRETCH_MARKS = "stretch_marks", "Stretch marks"
    SCALP = "scalp", "Scalp"
    MAINTENANCE = "maintenance", "Maintenance"


class Aftercare(TextChoices):
    """What a client is told to do and to avoid after each session. Source: docs/clinical.md section 3."""

    WATER = "water", _("On the first day wash with lukewarm water only, and do not touch, rub or pick.")
    BARE = "bare", _("No make-up and no sunscreen for 24 hours: stay out of the sun.")
    SUNSCREEN = "sunscreen", _("After 24 hours use sunscreen of SPF 30 or more (SPF 50 is better) every day.")
    SWEAT = "sweat", _("No exercise that makes you sweat, no pool and no sauna for three days.")
    PEEL = "peel", _("No peel, hair removal or self-tan for three days.")
    ACTIVES = "actives", _("No retinol and no acids for seven days, and then only if your skin is calm.")
    TANNING = "tanning", _("No tanning and no sunbed for at least two weeks.")
    FRICTION = "friction", _("Wear loose clothes over the treated skin for three days.")
