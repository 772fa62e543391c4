"""The site itself."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created


class PortalConfig(AppConfig):
    """People and places, the admin they work in, and the doors and locks."""

    name = "portal"
    verbose_name = "Clinic"

    def ready(self) -> None:
        """Shared tasks need the Celery application; our system checks and a lookup are found by their import."""
        from portal import celery  # noqa: F401
        from portal.security import among, checks  # noqa: F401
        from portal.security.moments import read_moments_quickly

        connection_created.connect(read_moments_quickly)
