"""Devices, found under Clinic."""

from django.contrib import admin

from portal.adminsite.options import ClinicModelAdmin
from treatments.products.forms import DeviceForm
from treatments.products.models import Device


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
        ("Which device", {"fields": ("name", "maker", "kind", "serial")}),
        ("Out of use", {"fields": ("retired_on",)}),
    )
