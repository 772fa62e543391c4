"""`manage.py verify_records`: whether each signed treatment record still reads as it was signed."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django_scopes import scope

from portal.practice.models import Clinic
from treatments.sessions.services.signing import check_records


class Command(BaseCommand):
    """Compares every clinic's signed records with what is stored and prints one line for each clinic."""

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        """One line for each clinic, and one for each record that was changed."""
        changed = 0
        for clinic in Clinic.objects.order_by("pk"):
            with scope(clinic=clinic):
                count, found = check_records(clinic)
            self.stdout.write(f"{clinic.name}: {count} signed records, {len(found)} changed")
            for session, why in found:
                self.stdout.write(f"  session {session}: {why}")
            changed += len(found)
        if changed:
            raise CommandError(f"{changed} signed record(s) were changed past the portal.")
