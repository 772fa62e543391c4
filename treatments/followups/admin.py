"""Red flags."""

from django.contrib import admin

from portal.adminsite.options import ClinicModelAdmin
from treatments.followups.models import Alert


@admin.register(Alert)
class AlertAdmin(ClinicModelAdmin):
    """Red flags."""
