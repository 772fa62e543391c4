"""`manage.py followups forecast|due|drain|explain`: what is to leave, what is due, send it, and why one does not leave.

It names nobody: messages by their number and key, clinics by theirs.
"""

import os
import socket
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django_scopes import scope, scopes_disabled

from clients.messages import office
from clients.messages.explain import explain
from clients.messages.forecast import AHEAD, forecast, to_come
from clients.messages.models import Message, MessageQuerySet
from clients.messages.services import drain
from portal.practice.models import Clinic

BATCH = 500
MOST_DAYS = 366
NOTHING_DUE = "Nothing is due."
NOTHING_COMES = "Nothing is to leave in these days."
SERVER_DOWN = "The mail server does not answer. What is due stays due, and leaves once it does."


class Command(BaseCommand):
    """One line for each message; `drain` says how many it dealt with."""

    help = __doc__ or ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """A verb, and what it is about."""
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="forecast|due|drain|explain")
        coming = verbs.add_parser("forecast", help="what leaves in the next days, when and why; it changes nothing")
        coming.add_argument("--days", type=int, default=AHEAD.days, help="how far to look ahead, 1 to 366")
        due = verbs.add_parser("due", help="what is due now, and what becomes of it; it changes nothing")
        send = verbs.add_parser("drain", help="send what is due, as a worker does")
        send.add_argument("--limit", type=int, default=50, help="how many messages at most")
        for verb in (coming, due, send):
            verb.add_argument("--clinic", metavar="ID", type=int, help="of this clinic only")
        why = verbs.add_parser("explain", help="every check of one message with its answer; it changes nothing")
        why.add_argument("message", metavar="MESSAGE", help="its number, as the lists show it")
        for verb in (coming, due, why):
            verb.add_argument("--dry-run", action="store_true", help="taken, as it changes nothing anyway")
        send.add_argument("--dry-run", action="store_true", help="say what would become of it, and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read the clock once, and do what was asked. Who reads the first lines only is not troubled."""
        try:
            getattr(self, f"_{options['verb']}")(timezone.now(), options)
        except BrokenPipeError:
            say_no_more()

    def _forecast(self, now: datetime, options: dict[str, Any]) -> None:
        if not 1 <= options["days"] <= MOST_DAYS:
            raise CommandError(f"--days must be a whole number from 1 to {MOST_DAYS}.")
        until = now + timedelta(days=options["days"])
        told = sum(self._say(to_come(Message.objects.all(), until=until), now) for _each in clinics(options["clinic"]))
        self._say_nothing(told, NOTHING_COMES)

    def _due(self, now: datetime, options: dict[str, Any]) -> None:
        due, taken = now + timedelta(microseconds=1), {}
        if "limit" in options:
            taken = {"pk__among": taken_by_a_drain(now, clinic=options["clinic"], limit=options["limit"])}
        told = sum(
            self._say(to_come(Message.objects.due(now).filter(**taken), until=due), now)
            for _each in clinics(options["clinic"])
        )
        self._say_nothing(told, NOTHING_DUE)

    def _drain(self, now: datetime, options: dict[str, Any]) -> None:
        if options["limit"] < 1:
            raise CommandError("--limit must be 1 or more.")
        if options["dry_run"]:
            self._due(now, options)
            return
        if options["clinic"] is not None:
            list(clinics(options["clinic"]))
        worker = f"{socket.gethostname()}:{os.getpid()}"
        done = drain(worker=worker, at=timezone.now, limit=options["limit"], clinic=options["clinic"])
        self.stdout.write(f"{done} message{'s' * (done != 1)} dealt with")
        if office.is_down():
            raise CommandError(SERVER_DOWN)

    def _explain(self, now: datetime, options: dict[str, Any]) -> None:
        number = options["message"]
        with scopes_disabled():
            rows = Message.objects.select_related("clinic", "client__clinic", "member__user")
            message = rows.filter(pk=int(number)).first() if _is_number(number) else None
        if message is None:
            raise CommandError(f"There is no message {number}. `followups forecast` and `due` show their numbers.")
        with scope(clinic=message.clinic), timezone.override(ZoneInfo(message.clinic.time_zone)):
            self.stdout.write(f"Message {message.pk} of clinic {message.clinic_id}, {message.key}")
            for asked, answer in explain(message, now):
                self.stdout.write(f"  {asked} {answer}")

    def _say(self, messages: MessageQuerySet, now: datetime) -> int:
        """A line for each message of the open clinic, a batch at a time; how many."""
        told = 0
        for batch in batches(messages):
            for one in forecast(batch, at=now):
                local = timezone.localtime(one.at)
                words = " ".join(part for part in (one.why, one.because) if part)
                self.stdout.write(
                    f"{local:%Y-%m-%d %H:%M %Z}  clinic {one.message.clinic_id}  message {one.message.pk}  "
                    f"{one.message.key}  {one.words}  {words}".rstrip()
                )
                told += 1
        return told

    def _say_nothing(self, told: int, words: str) -> None:
        """Beside the lines, so that whoever counts them counts right."""
        if not told:
            self.stderr.write(words)


def say_no_more() -> None:
    """What is still to be written out when Python ends goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _is_number(words: str) -> bool:
    return words.isascii() and words.isdigit() and len(words) < 19  # noqa: PLR2004  more the database cannot hold


def clinics(number: int | None) -> Iterator[Clinic]:
    """Each clinic, open and on its clock while it is had; or the one. Raises CommandError when there is none."""
    rows = Clinic.objects.order_by("pk")
    found = list(rows if number is None else rows.filter(pk=number))
    if not found and number is not None:
        raise CommandError(f"There is no clinic {number}.")
    for clinic in found:
        with scope(clinic=clinic), timezone.override(ZoneInfo(clinic.time_zone)):
            yield clinic


def taken_by_a_drain(now: datetime, *, clinic: int | None, limit: int) -> list[int]:
    """What a drain deals with: up to `limit` of what is due, the first first, and all whose time is over."""
    with scopes_disabled():
        due = Message.objects.due(now).filter(**{"clinic": clinic} if clinic is not None else {})
        over = due.filter(send_by__lte=now).values_list("pk", flat=True)
        return [*over, *due.filter(send_by__gt=now).in_turn(limit)]


def batches(messages: MessageQuerySet) -> Iterator[Sequence[Message]]:
    """The messages in their order, some at a time."""
    rows = messages.select_related("client__clinic", "clinic", "member__user")
    numbers = list(rows.values_list("pk", flat=True))
    for start in range(0, len(numbers), BATCH):
        yield list(rows.filter(pk__in=numbers[start : start + BATCH]))
