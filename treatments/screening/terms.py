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
