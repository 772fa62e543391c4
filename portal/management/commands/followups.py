"""`manage.py followups forecast|due|drain|explain`: what is to leave, what is due, send it, and why one does not leave.

It names nobody: messages by their number and key, clinics by theirs.
"""

import os
import socket
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django_scopes import scope, scopes_disabled

from clients.messages.explain import explain
from clients.messages.forecast import AHEAD, forecast, to_come
from clients.messages.models import Message, MessageQuerySet
from clients.messages.services import drain
from portal.practice.models import Clinic

BATCH = 500
MOST_DAYS = 366


class Command(BaseCommand):
    """One line for each message; `drain` says how many it dealt with."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """A verb, and what it is about."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        coming = verbs.add_parser("forecast", help="what leaves in the next days, when and why; it changes nothing")
        coming.add_argument("--days", type=int, default=AHEAD.days, help="how far to look ahead, 1 to 366")
        due = verbs.add_parser("due", help="what is due now, and what becomes of it; it changes nothing")
        send = verbs.add_parser("drain", help="send what is due in all clinics, as a worker does")
        send.add_argument("--dry-run", action="store_true", help="say what would become of it, and change nothing")
        send.add_argument("--limit", type=int, default=50, help="how many messages at most")
        for verb in (coming, due, send):
            verb.add_argument("--clinic", metavar="ID", type=int, help="of this clinic only")
        why = verbs.add_parser("explain", help="every check of one message with its answer; it changes nothing")
        why.add_argument("message", metavar="MESSAGE", help="its number, as the lists show it")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read the clock once, and do what was asked."""
        getattr(self, f"_{options['verb']}")(timezone.now(), options)

    def _forecast(self, now: datetime, options: dict[str, Any]) -> None:
        if not 1 <= options["days"] <= MOST_DAYS:
            raise CommandError(f"--days must be a whole number from 1 to {MOST_DAYS}.")
        until = now + timedelta(days=options["days"])
        for clinic in clinics(options["clinic"]):
            self._say(clinic, to_come(Message.objects.all(), until=until), now)

    def _due(self, now: datetime, options: dict[str, Any]) -> None:
        for clinic in clinics(options["clinic"]):
            self._say(clinic, to_come(Message.objects.due(now), until=now + timedelta(microseconds=1)), now)

    def _drain(self, now: datetime, options: dict[str, Any]) -> None:
        if options["limit"] < 1:
            raise CommandError("--limit must be 1 or more.")
        if options["dry_run"]:
            self._due(now, options)
            return
        if options["clinic"] is not None:
            raise CommandError("drain sends for every clinic, oldest first. Use --clinic with --dry-run only.")
        worker = f"{socket.gethostname()}:{os.getpid()}"
        self.stdout.write(f"{drain(worker=worker, at=timezone.now, limit=options['limit'])} messages dealt with")

    def _explain(self, now: datetime, options: dict[str, Any]) -> None:
        number = options["message"]
        with scopes_disabled():
            rows = Message.objects.select_related("clinic", "client__clinic", "member__user")
            message = rows.filter(pk=int(number)).first() if number.isascii() and number.isdigit() else None
        if message is None:
            raise CommandError(f"There is no message {number}.")
        with scope(clinic=message.clinic), timezone.override(ZoneInfo(message.clinic.time_zone)):
            self.stdout.write(f"Message {message.pk} of clinic {message.clinic_id}, {message.key}")
            for asked, answer in explain(message, now):
                self.stdout.write(f"  {asked} {answer}")

    def _say(self, clinic: Clinic, messages: MessageQuerySet, now: datetime) -> None:
        """A line for each message, a batch at a time."""
        for batch in batches(messages):
            for one in forecast(batch, at=now):
                local = timezone.localtime(one.at)
                words = " ".join(part for part in (one.why, one.because) if part)
                self.stdout.write(
                    f"{local:%Y-%m-%d %H:%M %Z}  clinic {clinic.pk}  message {one.message.pk}  {one.message.key}  "
                    f"{one.words}  {words}".rstrip()
                )


def clinics(number: int | None) -> Iterator[Clinic]:
    """Each clinic, open and on its clock while it is had; or the one. Raises CommandError when there is none."""
    rows = Clinic.objects.order_by("pk")
    found = list(rows if number is None else rows.filter(pk=number))
    if not found:
        raise CommandError("There is no such clinic.")
    for clinic in found:
        with scope(clinic=clinic), timezone.override(ZoneInfo(clinic.time_zone)):
            yield clinic


def batches(messages: MessageQuerySet) -> Iterator[Sequence[Message]]:
    """The messages in their order, some at a time."""
    rows = messages.select_related("client__clinic", "clinic", "member__user")
    numbers = list(rows.values_list("pk", flat=True))
    for start in range(0, len(numbers), BATCH):
        yield list(rows.filter(pk__in=numbers[start : start + BATCH]))
