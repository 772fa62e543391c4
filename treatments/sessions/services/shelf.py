"""What creams and serums a session took off the shelf: counted once, however often the materials are written."""

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING

from treatments.products.services import put_back, take_from_lot
from treatments.sessions.models import LotTaken, Session

if TYPE_CHECKING:
    from portal.practice.models import User


def settle_shelf(session: Session, *, by: "User", at: datetime) -> None:
    """Each use that is written down and counted so has left its lot's stock; what is no longer written is back in it.

    The rows of the lots are held: see ids_on_shelf().
    """
    creams = [row.lot for row in session.creams.select_related("lot__product")]
    serums = [row.lot for row in session.serums.select_related("lot__product")]
    used = Counter(lot for lot in (*creams, *serums) if lot and lot.product.counted_by_use)
    before = {row.lot: row for row in session.lots_taken.select_related("lot")}
    for lot in sorted({*used, *before}, key=lambda lot: lot.pk):
        _settle(before.get(lot) or LotTaken(session=session, lot=lot, used=0, taken=0), used[lot], by=by, at=at)


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
