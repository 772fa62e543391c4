"""What can be done with a lot: count it, finish it, quarantine it, release it, use it up; and find the one scanned."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest

from portal.audit.services import record
from portal.security.refusals import Refused
from treatments.products.guidance import AuthorisedFor
from treatments.products.models import AuthorisedZone, Device, Lot, Product
from treatments.products.rules import LotFacts, UnreadableCode, gtin_14, is_barcode, read_barcode
from treatments.products.terms import LotState, ProductKind

if TYPE_CHECKING:
    from portal.practice.models import User


class NoSource(Refused):
    """Write where it is written what this device is authorised for."""

    field = "authorised_source"


class OddAges(Refused):
    """The lower age comes first."""

    field = "greatest_age"


class NotOpen(Refused):
    """Only an open lot can be finished. Release it from quarantine first, or leave it finished."""


class Quarantined(Refused):
    """This lot is quarantined already."""


class NotQuarantined(Refused):
    """Only a quarantined lot can be released; this one is not quarantined."""


class RecallOpen(Refused):
    """A recall of this lot is open: close it first."""


class WhyMissing(Refused):
    """Write the reason: it is kept with the lot."""

    field = "reason"


class LotUnclear(Refused):
    """This lot cannot be told from another."""

    field = "cartridge_lot"


@transaction.atomic
def authorise_device(
    *,
    device: Device,
    least_age: int | None,
    greatest_age: int | None,
    authorised_source: str,
    zones: Mapping[str, AuthorisedFor],
    by: "User",
    at: datetime,
) -> None:
    """Write down what a device is authorised for, in place of what was written before. Raises NoSource, OddAges."""
    source, ages = authorised_source.strip(), [age for age in (least_age, greatest_age) if age is not None]
    if (zones or ages) and not source:
        raise NoSource
    if ages != sorted(ages):
        raise OddAges
    now = Device.objects.select_for_update(no_key=True).get(pk=device.pk)
    Device.objects.filter(pk=now.pk).update(least_age=least_age, greatest_age=greatest_age, authorised_source=source)
    now.zones.all().delete()
    AuthorisedZone.objects.bulk_create(
        AuthorisedZone(clinic_id=now.clinic_id, device=now, zone=zone, **said._asdict()) for zone, said in zones.items()
    )
    record(clinic=now.clinic, action="device.authorised", subject=now, at=at, by=by, zones=sorted(zones))
    device.refresh_from_db()


@dataclass(frozen=True)
class Cartridge:
    """What was scanned or typed: the lot's number, and what is known about it."""

    number: str
    expires_on: date | None = None
    gtin: str = ""
    product: str = ""
    lot: Lot | None = None  # None: it is not on the clinic's list

    @property
    def facts(self) -> LotFacts:
        """What decides whether it may be used: the earlier of the two dates, where scan and list differ."""
        dates = [day for day in (self.expires_on, self.lot and self.lot.expires_on) if day]
        return LotFacts(self.number, min(dates, default=None), self.lot.quarantined_at if self.lot else None)

    @property
    def words(self) -> str:
        """What was read, in a line."""
        parts = [self.product, f"lot {self.number}"]
        expires_on = self.facts.expires_on
        parts += [f"expires {expires_on:%-d %b %Y}"] if expires_on else []
        words = ", ".join(part for part in parts if part)
        return words[:1].upper() + words[1:]


def find_cartridge(text: str, *, on: date) -> Cartridge:
    """The lot that a scanned code or a typed number names, among the open clinic's; unknown ones as they were read.

    Raises LotUnclear, at the field, with what to do.
    """
    text = " ".join(text.replace("\x1d", "|").split())
    if not is_barcode(text):
        return _typed(text)
    try:
        said = read_barcode(text, on=on)
    except UnreadableCode as error:
        raise LotUnclear(*error.args) from error
    product = Product.objects.filter(gtin=said.gtin).first() if said.gtin else None
    if product and product.kind != ProductKind.CARTRIDGE:
        raise LotUnclear(f"This is {product.name}, which is no cartridge. Scan the cartridge’s packet.")
    if not said.lot:
        raise LotUnclear("This barcode names no lot. Scan the packet’s other barcode, or type the lot number.")
    lots = Lot.objects.cartridges().numbered(said.lot).select_related("product")
    found = list(lots.filter(product=product) if product else lots.filter(product__gtin="") if said.gtin else lots)
    return _of(said.lot, found, expires_on=said.expires_on, gtin=said.gtin, product=product)


def _typed(text: str) -> Cartridge:
    if (gtin := gtin_14(text)) and Product.objects.filter(gtin=gtin).exists():
        raise LotUnclear(
            "This is the product’s number, not the lot. Scan the barcode with the lot, or type the lot number."
        )
    return _of(text, list(Lot.objects.cartridges().numbered(text).select_related("product")))


def _of(
    number: str,
    found: list[Lot],
    *,
    expires_on: date | None = None,
    gtin: str = "",
    product: Product | None = None,
) -> Cartridge:
    if len(found) > 1:
        names = " and ".join(lot.product.name for lot in found)
        raise LotUnclear(
            f"Lot {number} is on your list for {names}. Scan the packet’s barcode, which tells them apart."
        )
    if not found:
        return Cartridge(number, expires_on, gtin, product.name if product else "")
    lot = found[0]
    return Cartridge(lot.number, expires_on or lot.expires_on, gtin or lot.product.gtin, lot.product.name, lot)


@transaction.atomic
def take_from_lot(*, lot: Lot, count: int, by: "User", at: datetime) -> int:
    """So many were used; how many of them were on the shelf.

    A count that was too low stops at none: what was used was used.
    """
    left = Lot.objects.held(lot.pk).stock
    _move(lot, -count, "lot.used", by, at)
    return min(left, count)


@transaction.atomic
def put_back(*, lot: Lot, count: int, by: "User", at: datetime) -> None:
    """What was taken is not counted as used, until it is written down anew."""
    if lot.state != LotState.FINISHED:
        _move(lot, count, "lot.put_back", by, at)


def _move(lot: Lot, count: int, action: str, by: "User", at: datetime) -> None:
    Lot.objects.filter(pk=lot.pk).update(stock=Greatest(F("stock") + Value(count), Value(0)))
    record(clinic=lot.clinic, action=action, subject=lot, at=at, by=by, count=abs(count))


@transaction.atomic
def count_lot(*, lot: Lot, stock: int, by: "User", at: datetime) -> None:
    """So many are left; a finished lot with something left is open again."""
    now = Lot.objects.held(lot.pk)
    state = LotState.OPEN if now.state == LotState.FINISHED and stock else now.state
    Lot.objects.filter(pk=now.pk).update(stock=stock, state=state)
    record(clinic=now.clinic, action="lot.counted", subject=now, at=at, by=by, before=now.stock, now=stock)
    lot.refresh_from_db()


@transaction.atomic
def finish_lot(*, lot: Lot, by: "User", at: datetime) -> None:
    """Nothing of it is left, or the rest was thrown away. Raises NotOpen."""
    now = Lot.objects.held(lot.pk)
    if now.state != LotState.OPEN:
        raise NotOpen
    Lot.objects.filter(pk=now.pk).update(state=LotState.FINISHED, stock=0)
    record(clinic=now.clinic, action="lot.finished", subject=now, at=at, by=by, left=now.stock)
    lot.refresh_from_db()


@transaction.atomic
def quarantine_lot(*, lot: Lot, reason: str, by: "User", at: datetime) -> None:
    """Nobody may use it from now on. Raises WhyMissing, Quarantined."""
    if not reason.strip():
        raise WhyMissing
    now = Lot.objects.held(lot.pk)
    if now.state == LotState.QUARANTINED:
        raise Quarantined
    said = {"quarantined_at": at, "quarantined_by": by, "quarantine_reason": reason.strip()}
    Lot.objects.filter(pk=now.pk).update(state=LotState.QUARANTINED, **said)
    record(clinic=now.clinic, action="lot.quarantined", subject=now, at=at, by=by)
    lot.refresh_from_db()


@transaction.atomic
def quarantine_number(*, product: Product, number: str, reason: str, by: "User", at: datetime) -> Lot:
    """The lot with this number, quarantined; one that was never listed is added with none left.

    Raises WhyMissing, Quarantined.
    """
    lot = Lot.objects.numbered(number).filter(product=product).first()
    if lot is None:
        lot = Lot.objects.create(clinic=product.clinic, product=product, number=number)
        record(clinic=product.clinic, action="lot.added", subject=lot, at=at, by=by)
    quarantine_lot(lot=lot, reason=reason, by=by, at=at)
    return lot


def is_recalled(lot: Lot) -> bool:
    """Whether a recall of it is open. Recalls lie above products in the layers: they are known by name only."""
    return lot.recalls.filter(closed_at=None).exists()


@transaction.atomic
def release_lot(*, lot: Lot, reason: str, by: "User", at: datetime) -> None:
    """It may be used again. The reasons stay in its notes. Raises WhyMissing, NotQuarantined, RecallOpen."""
    if not reason.strip():
        raise WhyMissing
    now = Lot.objects.held(lot.pk)
    if now.state != LotState.QUARANTINED:
        raise NotQuarantined
    if is_recalled(now):
        raise RecallOpen
    day = now.clinic.local_day
    since = f"{day(now.quarantined_at):%-d %b %Y}" if now.quarantined_at else ""
    kept = f"It was quarantined on {since}: {now.quarantine_reason}"
    line = f"[{day(at):%-d %b %Y}. Released by {by}: {reason.strip()} {kept}]"
    said = {"quarantined_at": None, "quarantined_by": None, "quarantine_reason": ""}
    Lot.objects.filter(pk=now.pk).update(state=LotState.OPEN, notes=f"{now.notes}\n{line}".strip(), **said)
    record(clinic=now.clinic, action="lot.released", subject=now, at=at, by=by)
    lot.refresh_from_db()
