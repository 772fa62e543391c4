"""The words of outcomes: how a practitioner rates what photographs show, and what outcomes are looked at by."""

from decimal import Decimal

from django.db.models import TextChoices

from treatments.followups.terms import Step
from treatments.products.terms import GREATEST_MM

SCALE = "2026-11"  # the version of the words below, kept with each rating; other words are another version


class Judged(TextChoices):
    """What a practitioner sees of one goal, after compared with before. Words of our own, no licensed instrument."""

    MUCH_BETTER = "much_better", "Much better: seen at a glance"
    BETTER = "better", "Better: seen when looked for"
    SAME = "same", "About the same"
    WORSE = "worse", "Worse: seen when looked for"
    MUCH_WORSE = "much_worse", "Much worse: seen at a glance"
    UNCLEAR = "unclear", "Cannot be judged from these"


class By(TextChoices):
    """What the outcomes of one goal are looked at by."""

    DEPTH = "depth", "Needle depth"
    ZONE = "zone", "Zone"
    SKIN_TYPE = "skin_type", "Skin type"
    NUMBER = "number", "Number of sessions"
    DEVICE = "device", "Device"


ALL_GOALS, NOT_KNOWN = "All goals together", "Not written down"
ALL_STEPS = "Any email from week 4 on"
WINDOW = (Step.WEEK_4, Step.WEEK_6)  # the emails of the results window
# The deepest zone of the session: up to so many millimetres, and the words for it.
BANDS = (
    (Decimal("0.50"), "Up to 0.5 mm"),
    (Decimal("1.00"), "Over 0.5, up to 1.0 mm"),
    (Decimal("1.50"), "Over 1.0, up to 1.5 mm"),
    (GREATEST_MM, "Over 1.5 mm"),
)
