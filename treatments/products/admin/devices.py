"""Devices, found under Clinic, and what each is authorised for."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone

from portal.adminsite.options import ClinicModelAdmin
from portal.practice.middleware import acting
from treatments.products.forms import AuthorisedForm, DeviceForm
from treatments.products.guidance import PRESETS
from treatments.products.models import AuthorisedZone, Device
from treatments.products.services import authorise_device
from treatments.products.terms import SKIN_TYPES


@admin.register(Device)
class DeviceAdmin(ClinicModelAdmin):
    """The handpieces a session can be done with."""

    form = DeviceForm
    empty_words = (
        "No devices yet. Add each handpiece with its serial number: a session cannot be completed without one."
    )
    list_display = ("name", "maker", "kind", "serial", "retired_on")
    list_filter = ("kind", ("retired_on", admin.EmptyFieldListFilter))
    search_fields = ("name", "maker", "serial")
    search_help_text = "Name, maker or serial number"
    fieldsets = (
        ("Which device", {"fields": ("name", "maker", "kind", "serial", "max_depth_mm")}),
        ("Out of use", {"fields": ("retired_on",)}),
    )
    change_form_template = "admin/treatments/device/form.html"

    def get_urls(self) -> list[URLPattern]:
        """Django's addresses, and the page for what a device is authorised for."""
        page = self.admin_site.admin_view(self.authorised_page)
        own = [path("<int:object_id>/authorised/", page, name="treatments_device_authorised")]
        return [*own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The form, and what the device is authorised for under it."""
        device = self.get_own(request, object_id)
        told = {"lines": [(row.get_zone_display(), said_of(row)) for row in device.zones.order_by("pk")]}
        return super().change_view(request, object_id, form_url, (extra_context or {}) | told)

    def authorised_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Write down what the device is authorised for; ?as= fills it in with what a maker says of a model."""

        def act(request: HttpRequest, device: Device, said: dict[str, Any]) -> str:
            authorise_device(device=device, by=acting(request), at=timezone.now(), **said)
            return f"It is written down what the {device.name} is authorised for."

        device: Device = self.get_own(request, object_id)
        preset = PRESETS.get(request.GET.get("as", ""))
        return self.action_page(
            request,
            object_id,
            title=f"What the {device.name} is authorised for",
            button="Save",
            permission="treatments.change_device",
            form_class=AuthorisedForm,
            form_kwargs={
                "device": device,
                "said": preset.said if preset else device.authorised,
                "source": preset.source if preset else device.authorised_source,
            },
            act=act,
            template="admin/treatments/device/authorised.html",
            presets=[(key, one.name) for key, one in PRESETS.items()],
            preset=preset,
            lead="Copy it from the device’s own manual. A session outside it is called off label, "
            "and the client has to be told.",
        )


def said_of(row: AuthorisedZone) -> str:
    """How deep and for whom, in words."""
    depth = f"to {row.deepest_mm} mm" if row.deepest_mm is not None else "any depth"
    if row.skin_from is None or row.skin_to is None:
        return f"{depth}, all skin types"
    return f"{depth}, skin types {SKIN_TYPES[row.skin_from - 1]} to {SKIN_TYPES[row.skin_to - 1]}"
