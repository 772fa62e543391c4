"""Screenings."""

from django.contrib import admin

from portal.adminsite.options import ClinicModelAdmin
from treatments.screening.models import Screening


@admin.register(Screening)
class ScreeningAdmin(ClinicModelAdmin):
    """Screenings."""
