"""The client list."""

from django.contrib import admin

from clients.records.models import Client
from portal.adminsite.options import ClinicModelAdmin


@admin.register(Client)
class ClientAdmin(ClinicModelAdmin):
    """The client list."""
