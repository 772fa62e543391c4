"""The demo clinic, thrown away and loaded anew."""

import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from portal.runner.lock import alone_in


class Command(BaseCommand):
    """Works on the embedded SQLite demo only; anything else is refused and left as it is."""

    help = "Throws the embedded demo clinic away and loads it anew."

    def handle(self, *args: Any, **options: Any) -> None:
        """Empty var/ of what the demo put there, then migrate and seed."""
        database = Path(str(settings.DATABASES["default"]["NAME"]))
        if not settings.DEMO or connection.vendor != "sqlite" or database.parent != settings.VAR:
            raise CommandError("This is not the embedded demo under var/. Nothing was touched.")
        with alone_in(settings.VAR):
            connection.close()
            for file in settings.VAR.glob(f"{database.name}*"):
                file.unlink()
            for folder in ("files", "mail", "broker", "beat"):
                shutil.rmtree(settings.VAR / folder, ignore_errors=True)
            call_command("migrate", verbosity=0)
            call_command("seed_demo")
        self.stdout.write("The demo clinic is as new.")
