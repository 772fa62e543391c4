"""What an amended lot changes on the shelf: what was used was taken from the other lot."""

from treatments.products.models import Lot, Product
from treatments.products.terms import ProductKind
from treatments.sessions.models import Amendment, Session
from treatments.sessions.services.shelf import settle_lot
from treatments.sessions.terms import LOTS, Amendable

KINDS = {
    Amendable.LOT: ProductKind.CARTRIDGE,
    Amendable.CREAM_LOT: ProductKind.ANAESTHETIC,
    Amendable.SERUM_LOT: ProductKind.SERUM,
}


def move_stock(made: Amendment) -> None:
    """Back to the lot that it said before, out of the one that it says now; each where it is on the clinic's list."""
    if made.subject not in LOTS:
        return
    before, after = _listed(made, made.before), _listed(made, made.after)
    for pk in sorted({lot.pk for lot in (before, after) if lot}):
        Lot.objects.held(pk)
    if before == after:
        return
    if before:
        _settle(made, before, -1)
    if after:
        _settle(made, after, 1)


def _settle(made: Amendment, lot: Lot, more: int) -> None:
    """All cartridges of a session are of one lot; of creams and serums each use is amended by itself."""
    session = made.session
    if made.subject == Amendable.LOT:
        used = session.cartridges_used if more > 0 else 0
    else:
        used = max(_used(session, lot) + more, 0)
    settle_lot(session, lot, used, by=made.amended_by, at=made.amended_at)


def _used(session: Session, lot: Lot) -> int:
    row = session.lots_taken.filter(lot=lot).first()
    return row.used if row else 0


def _listed(made: Amendment, number: str) -> Lot | None:
    """The clinic's lot with this number, where sessions take from it; a number of two products tells nothing."""
    found = list(Lot.objects.filter(product__kind=KINDS[Amendable(made.subject)]).numbered(number))
    product = _product(made)
    own = [lot for lot in found if lot.product == product]
    if made.part or own:
        found = own
    lot = found[0] if len(found) == 1 else None
    return lot if lot and lot.product.counted_by_use else None


def _product(made: Amendment) -> Product | None:
    """What it is a lot of, as far as the record says."""
    session = made.session
    if made.subject == Amendable.LOT:
        return session.lot.product if session.lot else None
    if not made.part:
        return None
    rows = session.creams if made.subject == Amendable.CREAM_LOT else session.serums
    return rows.get(pk=made.part).product
