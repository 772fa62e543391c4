"""A clinic of invented people at every stage of treatment, so that a newcomer has something to look at."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone
from django_scopes import scope

from portal.demo.cast import Cast
from portal.demo.clinic import open_clinic, sign_ins
from portal.demo.play import Play
from portal.demo.recalling import a_lot_is_recalled
from portal.practice.models import Clinic, User


class Command(BaseCommand):
    """Loads the demo clinic, whole or not at all."""

    help = "Loads the demo clinic: forty invented clients, and four follow-up emails that leave within two minutes."

    def add_arguments(self, parser: CommandParser) -> None:
        """One choice."""
        parser.add_argument("--here", action="store_true", help="load it into the database that DATABASE_URL names")

    def handle(self, *args: Any, here: bool = False, **options: Any) -> None:
        """Load it and say how to sign in. Refused where the demo is off or already loaded."""
        if not settings.DEBUG:
            raise CommandError("The demo clinic is for trying Collagenda out; it is never loaded in production.")
        if not (settings.DEMO or here):
            raise CommandError(
                "The demo clinic's password is public, so a database that you named gets it only when you ask: --here"
            )
        if User.objects.filter(email=settings.DEMO_EMAIL).exists():
            raise CommandError("The demo clinic is loaded already. To start over: python3 dev.py demo-reset")
        clinic = load_demo(timezone.now())
        self.stdout.write(f"{clinic.name} is ready. Sign in with the password {settings.DEMO_PASSWORD} as")
        for role, email in sign_ins():
            self.stdout.write(f"  {email}  ({role.lower()})")


@transaction.atomic
def load_demo(now: datetime) -> Clinic:
    """The demo clinic, with everything that happened in it until now."""
    team = open_clinic(now)
    zone = ZoneInfo(team.clinic.time_zone)
    with scope(clinic=team.clinic), timezone.override(zone):
        play = Play(now.astimezone(zone))
        Cast(play, team).enter()
        play.add(a_lot_is_recalled(play, team))
        play.run()
    return team.clinic
