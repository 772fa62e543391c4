"""What went on the skin and how the session ended: written down while it goes on, and until the record is signed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction

from portal.audit.services import record
from treatments.products.models import Lot, Product
from treatments.products.rules import LotFacts, UnreadableCode, is_barcode, read_barcode, why_not_used
from treatments.products.services import LotUnclear
from treatments.sessions.models import Closing, NumbingCream, Serum, Session, SkinSign
from treatments.sessions.services.drafts import drop_drafts
from treatments.sessions.services.record import refuse_unless_under_way
from treatments.sessions.services.refusals import LotRefused
from treatments.sessions.services.shelf import ids_on_shelf, settle_shelf
from treatments.sessions.terms import DraftPage

if TYPE_CHECKING:
    from portal.practice.models import User


@dataclass(frozen=True)
class LotRead:
    """The lot of a cream or a serum as it was scanned or typed; the clinic's own lot where it is on the list."""

    number: str = ""
    expires_on: date | None = None
    lot: Lot | None = None

    @property
    def columns(self) -> dict[str, object]:
        """As a row keeps it."""
        return {"lot": self.lot, "lot_number": self.number, "expires_on": self.expires_on}


@dataclass(frozen=True)
class CreamUsed:
    """One numbing cream."""

    product: Product
    grams: Decimal
    area: str
    on_at: datetime
    off_at: datetime | None = None
    removed: bool = False
    strength: str = ""
    lot: str = ""  # scanned or typed


@dataclass(frozen=True)
class SerumUsed:
    """One serum, and why it was used where it is not marked for open channels."""

    product: Product
    lot: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Ended:
    """How the skin was, and the aftercare: what was said, how, and by whom; nobody = it was not given yet."""

    signs: Mapping[str, str]  # what was looked for, and how much of it there was
    skin_words: str = ""
    told: Sequence[str] = ()
    spoken: bool = False
    leaflet: bool = False
    email: bool = False
    told_by: "User | None" = None


def read_lot(product: Product, text: str, *, on: date) -> LotRead:
    """The product's lot that a scanned code or a typed number names. Raises LotUnclear."""
    text = " ".join(text.replace("\x1d", "|").split())
    if not text:
        return LotRead()
    number, expires_on = text, None
    if is_barcode(text):
        try:
            said = read_barcode(text, on=on)
        except UnreadableCode as error:
            raise LotUnclear(*error.args) from error
        if not said.lot:
            raise LotUnclear("This barcode names no lot. Scan the other barcode, or type the lot number.")
        if said.gtin and product.gtin and said.gtin != product.gtin:
            raise LotUnclear(f"This barcode is of another product than {product.name}.")
        number, expires_on = said.lot, said.expires_on
    lot = Lot.objects.filter(product=product).numbered(number).first()
    known = [day for day in (expires_on, lot and lot.expires_on) if day]
    return LotRead(lot.number if lot else number, min(known, default=None), lot)


def why_lot_refused(session: Session, read: LotRead, used_at: datetime) -> str:
    """Why it cannot have been used then, and what to do; else ""."""
    facts = LotFacts(read.number, read.expires_on, read.lot.quarantined_at if read.lot else None)
    return why_not_used(facts, ended_at=used_at, ended_on=session.clinic.local_day(used_at), what="one")


def why_serums_refused(session: Session, ended_at: datetime) -> list[str]:
    """Why a session that ended then cannot have used its serums; a cream was used at a time of its own."""
    rows = session.serums.select_related("product", "lot").order_by("pk")
    found = (
        (row, why_lot_refused(session, LotRead(row.lot_number, row.expires_on, row.lot), ended_at)) for row in rows
    )
    return [f"{row.product.name}: {why}" for row, why in found if why]


@transaction.atomic
def write_materials(
    *,
    session: Session,
    creams: Sequence[CreamUsed],
    serums: Sequence[SerumUsed],
    ended: Ended,
    cartridge_expires_on: date | None = None,
    by: "User",
    at: datetime,
) -> None:
    """Numbing creams, serums, the skin at the end and the aftercare, in the place of what was written of them before.

    When the cartridge expires is written down where nothing was known of it. Raises NotUnderWay, Signed, LotUnclear,
    LotRefused.
    """
    now = Session.objects.held(session)
    refuse_unless_under_way(now)
    if cartridge_expires_on and now.cartridge_lot and not now.cartridge_expires_on:
        used_at = now.ended_at or at
        if why := why_lot_refused(now, LotRead(now.cartridge_lot, cartridge_expires_on, now.lot), used_at):
            raise LotRefused(why)
        Session.objects.filter(pk=now.pk).update(cartridge_expires_on=cartridge_expires_on)
    _hold_lots(now, [*creams, *serums], now.ended_at or at)
    _write_creams(now, creams)
    _write_serums(now, serums, now.ended_at or at)
    settle_shelf(now, by=by, at=at)
    _write_end(now, ended)
    drop_drafts(now, DraftPage.MATERIALS)
    record(
        clinic=now.clinic,
        action="session.materials_written",
        subject=now,
        at=at,
        by=by,
        creams=len(creams),
        serums=len(serums),
        aftercare=ended.told_by is not None,
    )
    session.refresh_from_db()


def _hold_lots(session: Session, used: Sequence[CreamUsed | SerumUsed], at: datetime) -> None:
    """So that nobody quarantines or counts one meanwhile; in one order, so that two sessions never wait for each other.

    Those that were taken from before too: they may be given back.
    """
    on = session.clinic.local_day(at)
    lots = (read_lot(one.product, one.lot, on=on).lot for one in used)
    for pk in sorted({lot.pk for lot in lots if lot} | ids_on_shelf(session)):
        Lot.objects.held(pk)


def _lot_of(session: Session, product: Product, text: str, used_at: datetime) -> LotRead:
    """The lot, which is held. Raises LotUnclear, LotRefused."""
    read = read_lot(product, text, on=session.clinic.local_day(used_at))
    if why := why_lot_refused(session, read, used_at):
        raise LotRefused(why)
    return read


def _write_creams(session: Session, creams: Sequence[CreamUsed]) -> None:
    session.creams.all().delete()
    for cream in creams:
        NumbingCream.objects.create(
            clinic=session.clinic,
            session=session,
            product=cream.product,
            strength=cream.strength,
            grams=cream.grams,
            most_grams=cream.product.max_grams,
            area=cream.area,
            on_at=cream.on_at,
            off_at=cream.off_at,
            removed=cream.removed,
            **_lot_of(session, cream.product, cream.lot, cream.on_at).columns,
        )


def _write_serums(session: Session, serums: Sequence[SerumUsed], used_at: datetime) -> None:
    session.serums.all().delete()
    for serum in serums:
        Serum.objects.create(
            clinic=session.clinic,
            session=session,
            product=serum.product,
            open_channels=serum.product.open_channels,
            reason="" if serum.product.open_channels else serum.reason.strip(),
            **_lot_of(session, serum.product, serum.lot, used_at).columns,
        )


def _write_end(session: Session, ended: Ended) -> None:
    session.skin_signs.all().delete()
    for sign, degree in ended.signs.items():
        SkinSign.objects.create(clinic=session.clinic, session=session, sign=sign, degree=degree)
    said = {"told": list(ended.told), "told_by": ended.told_by, "skin_words": ended.skin_words.strip()}
    ways = {"spoken": ended.spoken, "leaflet": ended.leaflet, "email": ended.email}
    Closing.objects.update_or_create(session=session, defaults={"clinic": session.clinic} | said | ways)
