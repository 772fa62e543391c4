"""`manage.py create_clinic`: the first clinic of a new installation, and every further one."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal.practice.services import create_clinic
from portal.practice.terms import Country
from portal.security.refusals import Refused


class Command(BaseCommand):
    """Creates a clinic and its owner, and queues the email by which the owner chooses a password."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What has to be known about a clinic."""
        parser.add_argument("--name", required=True, help="the clinic's name, as its clients know it")
        parser.add_argument("--country", required=True, choices=Country.values)
        parser.add_argument("--phone", required=True, help="shown in every email to clients")
        parser.add_argument("--owner-name", required=True)
        parser.add_argument("--owner-email", required=True, help="the owner signs in with it")
        parser.add_argument("--time-zone", default="", help="such as Europe/London; needed where a country has several")

    def handle(self, *args: Any, **options: Any) -> None:
        """One service call, and what happens next in words."""
        names = ("name", "country", "phone", "owner_name", "owner_email", "time_zone")
        given = {name: str(options[name]).strip() for name in names}
        try:
            clinic = create_clinic(**given, at=timezone.now())
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        except ValidationError as odd:
            said = "; ".join(f"{field}: {' '.join(words)}" for field, words in odd.message_dict.items())
            raise CommandError(said) from odd
        self.stdout.write(
            f"{clinic.name} is set up. A worker now sends its owner an email with a link to choose a password. "
            "The link works for an hour; “Forgotten your password?” on the sign-in page sends another."
        )
