"""Lots that expire soon, and products of which little is left."""

from datetime import date, datetime, timedelta

from django.urls import reverse

from portal.client_page.picture import short_date
from portal.today.blocks import Block, Row, some_of
from treatments.products.models import Lot, Product

SOON = timedelta(days=30)


def lots_and_stock(now: datetime) -> Block | None:
    """What to throw away or use first, and what to order; None when there is nothing."""
    expiring = Lot.objects.expiring(now.date(), within=SOON).select_related("product")
    lots, lot_count = some_of(expiring.order_by("expires_on", "id"))
    products, low_count = some_of(Product.objects.running_low(now.date()))
    rows = [
        *(lot_row(lot, lot.expires_on, now) for lot in lots if lot.expires_on),
        *(product_row(product) for product in products),
    ]
    if not rows:
        return None
    more = reverse("admin:treatments_lot_changelist")
    return Block("stock", "Lots and stock", rows, lot_count + low_count, "", more, "All lots")


def lot_row(lot: Lot, expires_on: date, now: datetime) -> Row:
    """One lot that has expired, or soon will."""
    gone = expires_on < now.date()
    what = "Throw it away and finish the lot." if gone else "Use it first."
    return Row(
        client=str(lot),
        client_url=reverse("admin:treatments_lot_page", args=[lot.pk]),
        words=f"{'Expired' if gone else 'Expires'} on {short_date(expires_on)}, {lot.stock} left. {what}",
        badge="Expired" if gone else "Expires soon",
        tone="bad" if gone else "warn",
        action="Finish" if gone else "Open",
        url=reverse(f"admin:treatments_lot_{'finish' if gone else 'page'}", args=[lot.pk]),
    )


def product_row(product: Product) -> Row:
    """One product of which little is left; `left` counts what has not expired."""
    left = getattr(product, "left", 0)
    url = reverse("admin:treatments_product_change", args=[product.pk])
    return Row(
        client=product.name,
        client_url=url,
        words=f"{left} left in all open lots. Order more, or count again.",
        badge="None left" if not left else "Low stock",
        tone="bad" if not left else "warn",
        action="Open",
        url=url,
    )
