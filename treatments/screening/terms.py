"""The words of screening."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    """Where a screening is."""

    SENT = "sent", _("Waiting for the client")
    SUBMITTED = "submitted", _("To review")
    ACCEPTED = "accepted", _("Accepted")
    DEFERRED = "deferred", _("Deferred")
    REFUSED = "refused", _("Not suitable")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Outcome(TextChoices):
    """What the rules make of the answers, heaviest last."""

    SUITABLE = "suitable", _("Suitable")
    REVIEW = "review", _("Needs your review")
    DEFER = "defer", _("Wait")
    CONTRAINDICATED = "contraindicated", _("Contraindicated")


class DecisionKind(TextChoices):
    """What a practitioner can decide."""

    ACCEPTED = "accepted", _("Accepted")
    WITH_CONDITIONS = "with_conditions", _("Accepted with conditions")
    DEFERRED = "deferred", _("Deferred")
    REFUSED = "refused", _("Not suitable")


class Condition(TextChoices):
    """What an acceptance may depend on."""

    LETTER = "letter", _("Prescriber's or doctor's letter received")
    TEST_PATCH = "test_patch", _("Test patch first")
    LOWER_DEPTH = "lower_depth", _("Lower needle depth")
    ANTIVIRAL = "antiviral", _("Antiviral cover arranged with a prescriber")
    AVOID = "avoid", _("Leave out part of the area")
    OTHER = "other", _("Something else")
