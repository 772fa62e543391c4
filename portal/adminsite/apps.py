"""Puts our site in the place of Django's."""

from django.contrib.admin.apps import AdminConfig


class PortalAdminConfig(AdminConfig):
    """The admin, with the portal's site."""

    default_site = "portal.adminsite.site.PortalAdminSite"
