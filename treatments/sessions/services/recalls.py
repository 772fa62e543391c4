"""A recalled lot: every session and client it touched, and the list of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Q
from django.db.models.functions import Upper

from portal.audit.services import record
from treatments.products.rules import UnreadableCode, is_barcode, read_barcode
from treatments.products.services import LotUnclear
from treatments.products.terms import ProductKind
from treatments.sessions.models import Amendment, NumbingCream, Serum, Session, SessionQuerySet
from treatments.sessions.terms import LONGEST_NUMBER, LOTS, Amendable

if TYPE_CHECKING:
    from portal.practice.models import Clinic, User


@dataclass(frozen=True)
class Recalled:
    """The lot that a maker recalls: its number, and the product's GTIN if it was scanned."""

    number: str
    gtin: str = ""


class Line(NamedTuple):
    """One session of the report; the fields are its columns."""

    session: str
    ended: str
    client: str
    date_of_birth: str
    email: str
    phone: str
    practitioner: str
    device: str
    used_as: str
    lot: str
    product: str
    expires: str
    cartridges: str


def recalled(text: str, *, on: date) -> Recalled:
    """What was scanned or typed from a packet or the maker's letter. Raises LotUnclear."""
    text = " ".join(text.replace("\x1d", "|").split())
    if not is_barcode(text):
        if len(text) > LONGEST_NUMBER:
            raise LotUnclear(f"A lot number has at most {LONGEST_NUMBER} characters.")
        return Recalled(text)
    try:
        said = read_barcode(text, on=on)
    except UnreadableCode as error:
        raise LotUnclear(*error.args) from error
    if not said.lot:
        raise LotUnclear("This barcode names no lot. Type the lot number.")
    return Recalled(said.lot, said.gtin)


def touched_by(lot: Recalled) -> SessionQuerySet:
    """Every session in which the lot was written down, signed or amended: as cartridge, numbing cream or serum.

    With a GTIN those of other products are left out, and those of which none was written down stay in.
    """
    # Two questions. In one, PostgreSQL no longer sees through so many joins, and reads every session of the clinic.
    found = Session.objects.filter(pk__among=set(ids_touched_by(lot)))
    found = found.order_by("-scheduled_for", "-id").prefetch_related("creams__product", "serums__product", "amendments")
    return found.select_related("clinic", "client", "practitioner__user", "device", "lot__product", "as_amended")


def ids_touched_by(lot: Recalled) -> Any:
    """Their ids. Each kind is looked up by its own index, and they are put together: with OR all would be read."""
    sessions = Session.objects.with_cartridge(lot.number).order_by()
    if lot.gtin:
        sessions = sessions.filter(Q(cartridge_gtin="") | Q(cartridge_gtin=lot.gtin))
    return sessions.values_list("pk", flat=True).union(*_beside(lot))


def kinds_of(lot: Recalled) -> set[ProductKind]:
    """As what this number was written down, signed or amended; empty when it never was."""
    named = _numbered(Amendment.objects.order_by(), lot.number)
    asked = {
        ProductKind.CARTRIDGE: (Session.objects.with_cartridge(lot.number), Amendable.LOT),
        ProductKind.ANAESTHETIC: (_numbered(NumbingCream.objects.all(), lot.number), Amendable.CREAM_LOT),
        ProductKind.SERUM: (_numbered(Serum.objects.all(), lot.number), Amendable.SERUM_LOT),
    }
    return {kind for kind, (rows, amended) in asked.items() if rows.exists() or named.filter(subject=amended).exists()}


def _beside(lot: Recalled) -> Iterator[Any]:
    """Sessions with a numbing cream, a serum or an amendment that names the lot."""
    for rows in (NumbingCream.objects.all(), Serum.objects.all()):
        named = _numbered(rows, lot.number)
        known = Q(product__gtin="") | Q(product__gtin=lot.gtin)
        yield (named.filter(known) if lot.gtin else named).values_list("session", flat=True)
    yield _numbered(Amendment.objects.order_by(), lot.number).values_list("session", flat=True)


def _numbered(rows: Any, number: str) -> Any:
    return rows.alias(in_capitals=Upper("lot_number")).filter(in_capitals=number.strip().upper())


def used_as(session: Session, lot: Recalled) -> str:
    """What of a session the lot was: "cartridge; numbing cream Numb 4%"; after an amendment that it was amended."""
    number = lot.number.strip().upper()
    found = ["cartridge"] if session.cartridge_lot.upper() == number else []
    found += [f"numbing cream {row.product.name}" for row in session.creams.all() if row.lot_number.upper() == number]
    found += [f"serum {row.product.name}" for row in session.serums.all() if row.lot_number.upper() == number]
    amended = [row for row in session.amendments.all() if row.subject in LOTS]
    found += [f"{_amended_words(row)}, as amended" for row in amended if row.lot_number.upper() == number]
    until = [_amended_words(row) for row in amended if row.before.upper() == number]
    # What was signed and then amended away is named once.
    said = [words for words in found if words not in until] + [f"{words}, until amended" for words in until]
    return "; ".join(said)


def _amended_words(made: Amendment) -> str:
    """What the lot is of: as the record names it where it was written down."""
    return "cartridge" if made.subject == Amendable.LOT else f"{made.label[:1].lower()}{made.label[1:]}"


def take_report(*, lot: Recalled, clinic: "Clinic", by: "User", at: datetime) -> list[Line]:
    """The report; that it was taken out of the portal is written down."""
    lines = list(report_of(lot))
    record(clinic=clinic, action="session.recall_report", subject=clinic, at=at, by=by, sessions=len(lines))
    return lines


def report_of(lot: Recalled) -> Iterator[Line]:
    """A line for each session that the lot touched."""
    for session in touched_by(lot):
        yield Line(
            session=f"{session.number} ({session.get_state_display()})",
            ended=f"{session.clinic.local_day(session.takes_place_at):%Y-%m-%d}",
            client=f"{session.client.first_name} {session.client.last_name}",
            date_of_birth=f"{session.client.date_of_birth:%Y-%m-%d}",
            email=session.client.email,
            phone=session.client.phone,
            practitioner=str(session.practitioner),
            device=str(session.device or ""),
            used_as=used_as(session, lot),
            lot=session.cartridge_lot,
            product=str(session.lot.product) if session.lot else session.cartridge_gtin,
            expires=f"{session.cartridge_expires_on:%Y-%m-%d}" if session.cartridge_expires_on else "",
            cartridges=str(session.cartridges_used),
        )
