"""Where each consent of a client stands: what is in force, what waits, or else their last word."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from treatments.consents.models import Consent
from treatments.consents.terms import STATE_BADGES, ConsentPurpose, State

STANDING = {State.SIGNED, State.ASKED}


@dataclass(frozen=True)
class ConsentLine:
    """One purpose and how it stands; without `url` the client was never asked."""

    purpose: str
    badge: str = "Not asked"
    tone: str = "info"
    since: datetime | None = None
    url: str = ""


def consent_lines(consents: Sequence[Consent]) -> list[ConsentLine]:
    """A line for every purpose; two when a signed one is being asked again. `consents` come the newest first."""
    lines = []
    for purpose in ConsentPurpose:
        mine = [row for row in consents if row.purpose == purpose and row.state != State.CLOSED]
        shown = [row for row in mine if row.state in STANDING] or mine[:1]
        lines += [line_of(row) for row in shown] or [ConsentLine(str(purpose.label))]
    return lines


def line_of(consent: Consent) -> ConsentLine:
    """One consent, since it has stood like this."""
    state = State(consent.state)
    return ConsentLine(
        purpose=str(consent.get_purpose_display()),
        badge=str(state.label),
        tone=STATE_BADGES[state],
        since=consent.withdrawn_at or consent.answered_at or consent.request.asked_at,
        url=reverse("admin:treatments_consent_change", args=[consent.pk]),
    )
