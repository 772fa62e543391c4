"""What a session took off the shelf: counted once, however often it is written or completed."""

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING

from treatments.products.models import Lot
from treatments.products.services import put_back, take_from_lot
from treatments.products.terms import ProductKind
from treatments.sessions.models import LotTaken, Session

if TYPE_CHECKING:
    from portal.practice.models import User


def settle_shelf(session: Session, *, by: "User", at: datetime) -> None:
    """Each cream and serum that is written down and counted so has left its lot's stock; others are back in theirs.

    The rows of the lots are held: see ids_on_shelf().
    """
    creams = [row.lot for row in session.creams.select_related("lot__product")]
    serums = [row.lot for row in session.serums.select_related("lot__product")]
    used = Counter(lot for lot in (*creams, *serums) if lot and lot.product.counted_by_use)
    before = session.lots_taken.exclude(lot__product__kind=ProductKind.CARTRIDGE).select_related("lot")
    for lot in sorted({*used, *(row.lot for row in before)}, key=lambda lot: lot.pk):
        settle_lot(session, lot, used[lot], by=by, at=at)


def settle_lot(session: Session, lot: Lot, used: int, *, by: "User", at: datetime) -> None:
    """So many of the lot are what the session used, whatever it had used of it before. The lot's row is held."""
    before = session.lots_taken.filter(lot=lot).select_related("lot").first()
    _settle(before or LotTaken(session=session, lot=lot, used=0, taken=0), used, by=by, at=at)


def ids_on_shelf(session: Session) -> set[int]:
    """The lots that it has taken from."""
    return set(session.lots_taken.values_list("lot_id", flat=True))


def _settle(row: LotTaken, used: int, *, by: "User", at: datetime) -> None:
    if used > row.used:
        row.taken += take_from_lot(lot=row.lot, count=used - row.used, by=by, at=at)
    elif row.taken > used:
        put_back(lot=row.lot, count=row.taken - used, by=by, at=at)
        row.taken = used
    row.used, row.clinic = used, row.session.clinic
    if used:
        row.save()
    elif row.pk:
        row.delete()
