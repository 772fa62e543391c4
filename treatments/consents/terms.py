"""The words of consent."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ConsentPurpose(TextChoices):
    """What a client may agree to, each by itself. Source: docs/clinical.md section 6."""

    TREATMENT = "treatment", _("Treatment")
    PHOTO_RECORD = "photo_record", _("Photographs for the record")
    PHOTO_TEACHING = "photo_teaching", _("Photographs for teaching")
    PHOTO_PUBLICITY = "photo_publicity", _("Photographs for publicity")
    FOLLOW_UP_EMAILS = "follow_up_emails", _("Follow-up emails")
    MARKETING_EMAILS = "marketing_emails", _("Marketing emails")


class State(TextChoices):
    """Where one consent is."""

    ASKED = "asked", _("Waiting for the client")
    SIGNED = "signed", _("Signed")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    REPLACED = "replaced", _("Replaced by a newer one")
    OUTDATED = "outdated", _("Asked again: the text has changed")
    CLOSED = "closed", _("Closed unanswered")


CAN_END = (State.SIGNED, State.OUTDATED)  # what a client agreed to and can take back

# What messages are withdrawn with while their client wants none of the kind; they come back once wanted again.
TURNED_OFF = "The client turned these emails off by the link in one of them."
NOT_AGREED = "The client does not agree to these emails."

# The colour of each state on practitioners' pages.
STATE_BADGES = {
    State.ASKED: "info",
    State.SIGNED: "ok",
    State.REFUSED: "bad",
    State.WITHDRAWN: "bad",
    State.REPLACED: "info",
    State.OUTDATED: "warn",
    State.CLOSED: "info",
}
