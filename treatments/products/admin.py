"""Devices, found under Clinic."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

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

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """One clear button."""
        context |= {"show_save_and_add_another": False, "show_save_and_continue": False, "show_close": False}
        return super().render_change_form(request, context, *args, **kwargs)
