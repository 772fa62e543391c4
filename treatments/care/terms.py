"""The words of the care schedule."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Asks(TextChoices):
    """Which questions a step asks: treatments/followups/questions.py has them."""

    NOTHING = "nothing", _("Nothing")
    DAY_1 = "day_1", _("The questions of day 1")
    DAY_3 = "day_3", _("The questions of day 3")
    DAY_7 = "day_7", _("The questions of day 7")
    DAY_14 = "day_14", _("The questions of two weeks")
    RESULTS = "results", _("The questions about first results")
    OUTCOME = "outcome", _("The questions about the outcome")


class Fact(TextChoices):
    """What decides who gets a step."""

    SKIN_TYPE = "skin_type", _("Fitzpatrick skin type")
    HISTORY = "history", _("Health history, as the last screening says it")
    INDICATION = "indication", _("What the plan is for")
    ZONE = "zone", _("A zone that was treated")
    DEPTH = "depth", _("Needle depth from (mm)")
    NOT_CLEAR = "not_clear", _("An answer to an earlier step that was not clear")


class History(TextChoices):
    """What of the health history a step may go by. The screening's own keys."""

    MARKS = "pih_history", _("Skin darkens after injury")
    PSORIASIS = "psoriasis", _("Psoriasis")
    VITILIGO = "vitiligo", _("Vitiligo")
    LICHEN_PLANUS = "lichen_planus", _("Lichen planus")
