"""Devices."""

from django.contrib import admin

from portal.adminsite.options import ClinicModelAdmin
from treatments.products.models import Device


@admin.register(Device)
class DeviceAdmin(ClinicModelAdmin):
    """Devices."""
