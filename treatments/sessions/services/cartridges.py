"""The cartridge that a session was done with: which lot it was, and whether that may be used."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from treatments.products.models import Lot
from treatments.products.rules import Scanned, printed, why_not_used
from treatments.products.services import Cartridge, find_cartridge
from treatments.sessions.models import Session
from treatments.sessions.services.refusals import LotRefused
from treatments.sessions.services.shelf import settle_lot
from treatments.sessions.terms import State

if TYPE_CHECKING:
    from portal.practice.models import User


def cartridge_for(session: Session, text: str, ended_at: datetime) -> Cartridge:
    """What was scanned or typed; its lot's row is held, so that nobody quarantines it meanwhile.

    Raises LotUnclear, LotRefused.
    """
    found = find_cartridge(text, on=session.clinic.local_day(ended_at))
    if found.lot:
        Lot.objects.held(found.lot.pk)
        found = find_cartridge(text, on=session.clinic.local_day(ended_at))
    if why := why_cartridge_refused(session, found, ended_at):
        raise LotRefused(why)
    return found


def why_cartridge_refused(session: Session, cartridge: Cartridge, ended_at: datetime) -> str:
    """Why a session that ended then cannot have used it, and what to do; else ""."""
    return why_not_used(cartridge.facts, ended_at=ended_at, ended_on=session.clinic.local_day(ended_at))


def written_cartridge(session: Session) -> Cartridge:
    """What a session says it was done with."""
    product = session.lot.product.name if session.lot else ""
    return Cartridge(session.cartridge_lot, session.cartridge_expires_on, session.cartridge_gtin, product, session.lot)


def as_scanned(session: Session) -> str:
    """What to scan or type again for the same cartridge: the number, or all that the packet said of an unknown lot."""
    known = session.lot is not None or not (session.cartridge_gtin or session.cartridge_expires_on)
    said = Scanned(session.cartridge_gtin, session.cartridge_lot, session.cartridge_expires_on)
    return session.cartridge_lot if known else printed(said)


def not_on_the_list(number: str) -> str:
    """A plain hint for a lot that the clinic has not listed."""
    return (
        f"Lot {number} is not on your list. Add it under Clinic, Lots: then its expiry and a recall are noticed here."
    )


def written_down(cartridge: Cartridge, used: int) -> dict[str, Any]:
    """The session's columns."""
    return {
        "cartridge_lot": cartridge.number,
        "lot": cartridge.lot,
        "cartridge_gtin": cartridge.gtin,
        "cartridge_expires_on": cartridge.facts.expires_on,
        "cartridges_used": used,
    }


def hold_cartridges(session: Session) -> None:
    """Their lot’s row is held before an event holds the clinic’s: in this order everywhere, or two wait in a ring."""
    if session.lot_id:
        Lot.objects.held(session.lot_id)


def settle_cartridges(session: Session, *, by: "User", at: datetime) -> None:
    """Those of a lot on the clinic's list are off the shelf as long as the session is completed; else back on it."""
    if session.lot:
        used = session.cartridges_used if session.state == State.COMPLETED else 0
        settle_lot(session, session.lot, used, by=by, at=at)
