"""The site itself."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """People and places, the admin they work in, and the doors and locks."""

    name = "portal"
    verbose_name = "Clinic"
