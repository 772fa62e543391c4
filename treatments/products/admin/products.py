"""Products, found under Clinic."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from portal.adminsite.options import ClinicModelAdmin, badge
from treatments.products.admin.lots import badges_of
from treatments.products.forms import ProductForm
from treatments.products.models import Product


@admin.register(Product)
class ProductAdmin(ClinicModelAdmin):
    """What the clinic buys and uses up."""

    form = ProductForm
    empty_words = (
        "No products yet. Add the cartridges, numbing creams and serums you use; then add each delivery’s lot."
    )
    list_display = ("name", "maker", "kind", "channels", "retired_on")
    list_filter = ("kind", ("retired_on", admin.EmptyFieldListFilter))
    search_fields = ("name", "maker", "gtin")
    search_help_text = "Name, maker or GTIN"
    fieldsets = (
        ("What it is", {"fields": ("name", "maker", "kind", "gtin")}),
        ("Limits", {"fields": ("max_grams", "open_channels")}),
        ("Stock", {"fields": ("counting", "low_stock")}),
        ("Out of use", {"fields": ("retired_on",)}),
    )
    change_form_template = "admin/treatments/product/form.html"

    @admin.display(description="open channels")
    def channels(self, product: Product) -> str:
        """Whether a serum may be used on needled skin."""
        if product.kind != "serum":
            return ""
        return badge("ok", "Allowed") if product.open_channels else badge("warn", "Not for open channels")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The form, and the product's lots under it."""
        product = self.get_own(request, object_id)
        add = reverse("admin:treatments_lot_add")
        told = {
            "lots": [(lot, badges_of(lot)) for lot in product.lots.order_by("-expires_on", "number")[:50]],
            "add_lot": f"{add}?product={product.pk}" if request.user.has_perm("treatments.add_lot") else "",
        }
        return super().change_view(request, object_id, form_url, (extra_context or {}) | told)
