"""A record that should name another device: what that one cannot have done, and what of it is off label."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from treatments.products.models import Device
from treatments.products.terms import DeviceKind
from treatments.sessions.models import AsAmended, Session
from treatments.sessions.rules import ZoneDone
from treatments.sessions.services.charting import why_not_charted, why_off_label
from treatments.sessions.services.counted import depths_now, device_called
from treatments.sessions.services.refusals import NotTold, OddDevice


def why_not_with(session: Session, device: Device) -> list[str]:
    """Why the session cannot have been done with it, one sentence each: its kind, or deeper than it goes."""
    kind = session.plan.device_kind
    if device.kind != kind:
        return [f"The plan is for a {DeviceKind(kind).label.lower()} device. Choose another."]
    return why_not_charted(_zones(depths_now(session)), (), device)


def off_label_with(session: Session, device: Device) -> list[str]:
    """What of the session as it is amended lies outside what this device is authorised for."""
    return off_label_of(session, device, depths_now(session))


def off_label_of(session: Session, device: Device, depths: Mapping[str, Decimal]) -> list[str]:
    """What of these depths, and of this client on the day that counts, it is not authorised for."""
    amended = AsAmended.objects.filter(session=session).first()
    ended = (amended and amended.ended_at) or session.ended_at
    if ended is None:
        return []
    on = session.clinic.local_day(ended)
    return why_off_label(session=session, device=device, zones=_zones(depths), on=on)


def told_with(session: Session, called: str, told: Sequence[str]) -> str:
    """What of it is off label and the client was told, as the reason of the amendment keeps it; else "".

    Raises NotToBeRead, OddDevice; NotTold when they were not told in these words.
    """
    device = device_called(called)
    if odd := why_not_with(session, device):
        raise OddDevice(" ".join(odd))
    return as_told(off_label_with(session, device), told)


def as_told(what: Sequence[str], told: Sequence[str]) -> str:
    """That the client was told what is off label, for the reason of an amendment. Raises NotTold when they were not."""
    if set(what) - set(told):
        raise NotTold(f"{NotTold()} {' '.join(what)}")
    return f"\nOff label, and the client was told: {' '.join(what)}" if what else ""


def _zones(depths: Mapping[str, Decimal]) -> list[ZoneDone]:
    return [ZoneDone(zone, depth) for zone, depth in depths.items()]
