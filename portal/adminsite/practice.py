"""The clinic, its team and their certificates."""

from django.contrib import admin

from portal.adminsite.options import ClinicModelAdmin
from portal.practice.models import Certificate, Clinic, Membership


@admin.register(Clinic)
class ClinicAdmin(ClinicModelAdmin):
    """The clinic itself."""


@admin.register(Certificate)
class CertificateAdmin(ClinicModelAdmin):
    """Certificates."""


@admin.register(Membership)
class MembershipAdmin(ClinicModelAdmin):
    """The team."""
