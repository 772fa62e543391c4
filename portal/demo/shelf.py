"""What stands on the invented clinic's shelf: cartridges, numbing cream and a serum, with their lots."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from portal.audit.services import record
from portal.practice.models import Clinic
from treatments.products.models import Lot, Product
from treatments.products.terms import ProductKind

# GTINs that begin with 952 are for examples: no product has them.
CARTRIDGE_GTIN, CREAM_GTIN, SERUM_GTIN = "09521234543213", "09521000000025", "09521000000032"


def fill_shelf(clinic: Clinic, now: datetime, at: datetime) -> None:
    """One lot expires soon, and of the serum little is left: Today says so."""
    maker, day = "Invented Devices Ltd", now.date()
    twelve = product(clinic, at, name="Linden Twelve", maker=maker, kind=ProductKind.CARTRIDGE, gtin=CARTRIDGE_GTIN)
    lot(twelve, "LN-2611", day + timedelta(days=500), 60, at)
    lot(twelve, "LN-2503", day + timedelta(days=21), 8, at)
    cream = product(
        clinic,
        at,
        name="Lidocaine cream 4%",
        maker="Invented Creams Ltd",
        kind=ProductKind.ANAESTHETIC,
        gtin=CREAM_GTIN,
        max_grams=Decimal(40),
    )
    lot(cream, "C4418", day + timedelta(days=300), 12, at)
    serum = product(
        clinic,
        at,
        name="Hyaluronic gel, sterile",
        maker="Invented Creams Ltd",
        kind=ProductKind.SERUM,
        gtin=SERUM_GTIN,
        open_channels=True,
    )
    lot(serum, "H0093", day + timedelta(days=200), 25, at)


def product(clinic: Clinic, at: datetime, **facts: Any) -> Product:
    """One that the clinic uses."""
    kept = Product.objects.create(clinic=clinic, **facts)
    record(clinic=clinic, action="product.added", subject=kept, at=at)
    return kept


def lot(product: Product, number: str, expires_on: date, stock: int, at: datetime) -> None:
    """One delivery."""
    kept = Lot.objects.create(clinic=product.clinic, product=product, number=number, expires_on=expires_on, stock=stock)
    record(clinic=product.clinic, action="lot.added", subject=kept, at=at)
