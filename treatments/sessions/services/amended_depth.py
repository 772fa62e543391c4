"""A zone of a record that should say another depth: deeper than the device goes, or newly off label."""

from collections.abc import Sequence
from decimal import Decimal

from treatments.products.models import Device
from treatments.sessions.models import AsAmended, Session
from treatments.sessions.rules import ZoneDone
from treatments.sessions.services.amended_device import as_told, off_label_of
from treatments.sessions.services.charting import why_not_charted
from treatments.sessions.services.counted import depth_said, depths_now
from treatments.sessions.services.refusals import OddDepth
from treatments.sessions.terms import NOT_TREATED


def why_not_as_deep(session: Session, zone: str, depth: Decimal) -> list[str]:
    """Why the zone cannot have been needled that deep, one sentence each: the device does not go there."""
    device = _device(session)
    return why_not_charted([ZoneDone(zone, depth)], (), device) if device else []


def newly_off_label(session: Session, zone: str, depth: Decimal) -> list[str]:
    """What of it is off label beyond what the record says already: the client was told of that when it was done."""
    device = _device(session)
    if device is None:
        return []
    now = depths_now(session)
    known = off_label_of(session, device, now)
    return [words for words in off_label_of(session, device, now | {zone: depth}) if words not in known]


def told_of_depth(session: Session, zone: str, said: str, told: Sequence[str]) -> str:
    """What of it is off label and the client was told, as the reason of the amendment keeps it; else "".

    Raises NotToBeRead, OddDepth; NotTold when they were not told in these words.
    """
    if said == NOT_TREATED:
        return ""
    depth = depth_said(said)
    if odd := why_not_as_deep(session, zone, depth):
        raise OddDepth(" ".join(odd))
    return as_told(newly_off_label(session, zone, depth), told)


def _device(session: Session) -> Device | None:
    """The one that the record names, as it is amended."""
    amended = AsAmended.objects.filter(session=session).select_related("device").first()
    return amended.device if amended else session.device
