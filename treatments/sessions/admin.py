"""Sessions."""

from django.contrib import admin

from portal.adminsite.options import ClinicModelAdmin
from treatments.sessions.models import Session


@admin.register(Session)
class SessionAdmin(ClinicModelAdmin):
    """Sessions."""
