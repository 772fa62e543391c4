"""`manage.py verify_audit`: whether each clinic's audit trail is unbroken."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django_scopes import scope

from portal.audit.services import ChainBroken, verify
from portal.practice.models import Clinic


class Command(BaseCommand):
    """Walks every clinic's chain and prints one line for each; fails when one is broken."""

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        """One line for each clinic."""
        broken = 0
        for clinic in Clinic.objects.order_by("pk"):
            with scope(clinic=clinic):
                try:
                    self.stdout.write(f"{clinic.name}: unbroken, {verify(clinic)} events")
                except ChainBroken as found:
                    broken += 1
                    self.stdout.write(f"{clinic.name}: BROKEN: {found}")
        if broken:
            raise CommandError(f"{broken} audit trail(s) were changed from outside.")
