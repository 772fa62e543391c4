"""A session as it was amended, kept so that many can be counted at once."""

from decimal import Decimal, InvalidOperation
from typing import Any

from treatments.followups.terms import BETWEEN
from treatments.products.models import Device
from treatments.products.terms import GREATEST_MM, LEAST_MM
from treatments.sessions.models import Amendment, AsAmended, Session
from treatments.sessions.services.refusals import NotToBeRead
from treatments.sessions.terms import COUNTED, NOT_TREATED, Amendable


def keep_as_amended(made: Amendment) -> bool:
    """What the amendment changes of what is counted; whether it is anything. Raises NotToBeRead."""
    if made.subject not in COUNTED:
        return False
    session, changed = made.session, _changed(made)
    as_signed = {
        "clinic": session.clinic,
        "ended_at": session.ended_at,
        "device": session.device,
        "cartridge_lot": session.cartridge_lot,
    }
    first = as_signed | _in_short(depths_now(session)) | changed
    AsAmended.objects.update_or_create(session=session, defaults=changed, create_defaults=first)
    return True


def _changed(made: Amendment) -> dict[str, Any]:
    if made.subject == Amendable.ENDED:
        return {"ended_at": made.ended_at}
    if made.subject == Amendable.LOT:
        return {"cartridge_lot": made.lot_number}
    if made.subject == Amendable.DEVICE:
        return {"device": device_called(made.after)}
    return _in_short(depths_now(made.session))


def device_called(words: str) -> Device:
    """Its name and serial number, as they are on the day of the amendment. Raises NotToBeRead."""
    device = next((one for one in Device.objects.all() if str(one) == words), None)
    if device is None:
        raise NotToBeRead
    return device


def depths_now(session: Session) -> dict[str, Decimal]:
    """How deep each zone was needled, as the record says with its amendments. Raises NotToBeRead."""
    said = {row.zone: str(row.depth_mm) for row in session.zones.all()}
    said |= dict(session.amendments.filter(subject=Amendable.DEPTH).order_by("pk").values_list("part", "after"))
    return {zone: depth_said(words) for zone, words in said.items() if words != NOT_TREATED}


def depth_said(words: str) -> Decimal:
    """A depth as an amendment says it. Raises NotToBeRead."""
    try:
        depth = Decimal(words.removesuffix(" mm"))
    except InvalidOperation as error:
        raise NotToBeRead from error
    if not LEAST_MM <= depth <= GREATEST_MM:
        raise NotToBeRead
    return depth


def _in_short(depths: dict[str, Decimal]) -> dict[str, Any]:
    return {"deepest_mm": max(depths.values(), default=None), "zones": BETWEEN.join(sorted(depths))}
