"""The words of follow-ups."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Step(TextChoices):
    """E0 to E8 of docs/clinical.md section 3."""

    AFTERCARE = "aftercare", _("Aftercare")
    DAY_1 = "day_1", _("Day 1")
    DAY_3 = "day_3", _("Day 3")
    DAY_7 = "day_7", _("Day 7")
    DAY_14 = "day_14", _("Two weeks")
    WEEK_4 = "week_4", _("Week 4")
    WEEK_6 = "week_6", _("Week 6")
    MONTH_3 = "month_3", _("Three months")
    MONTH_6 = "month_6", _("Six months")


class Urgency(TextChoices):
    """How fast a reply needs a person."""

    NONE = "none", _("No warning signs")
    REVIEW = "review", _("Review within 24 hours")
    URGENT = "urgent", _("Call today")
    EMERGENCY = "emergency", _("Emergency")


# The five steps of our own scale, as they are counted; and how far the scales go.
POINTS: dict[str, int] = {"much_better": 2, "better": 1, "same": 0, "worse": -1, "much_worse": -2}
MOST_CHANGE, MOST_SATISFIED, HUNDRED = 2, 10, 100
BETWEEN = ","  # the zones of a session, where they are counted together
