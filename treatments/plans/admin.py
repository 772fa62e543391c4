"""Plans."""

from django.contrib import admin

from portal.adminsite.options import ClinicModelAdmin
from treatments.plans.models import Plan


@admin.register(Plan)
class PlanAdmin(ClinicModelAdmin):
    """Plans."""
