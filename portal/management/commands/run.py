"""The whole portal in one terminal: web, worker with beat, broker and mail catcher."""

import socket
import sys
from typing import Any

from celery import current_app
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, connection
from kombu.exceptions import OperationalError as BrokerError

from portal.practice.models import Clinic, User
from portal.runner import broker, ports, programs
from portal.runner.children import Child, Children
from portal.runner.lock import alone_in
from portal.runner.words import welcome
from portal.settings.embedded import broker_socket

STOP_ORDER = ("worker", "web", "mail", "broker")
SECONDS_TO_START = 120


class Command(BaseCommand):
    """Starts everything in the order in which it is needed, and stops it in the opposite one."""

    help = "Starts web, worker, beat, broker and mail catcher; Ctrl-C stops them all."

    def add_arguments(self, parser: CommandParser) -> None:
        """With the demo clinic or without it; by default with it in the embedded database alone."""
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument("--demo", action="store_true", help="load the demo clinic into an empty database")
        choice.add_argument("--no-demo", action="store_true", help="do not load the demo clinic on a first start")

    def handle(self, *args: Any, demo: bool = False, no_demo: bool = False, **options: Any) -> None:
        """Run until a signal, or until one of the programs ends."""
        if demo and not settings.DEBUG:
            raise CommandError("The demo clinic is for trying Collagenda out; it is never loaded in production.")
        ports.refuse_taken(programs.ports())
        with alone_in(settings.VAR):
            children = Children(out=sys.stdout)
            with children.listening_to_signals():
                try:
                    ended = self.serve(children, demo=demo or (settings.DEMO and not no_demo))
                finally:
                    self.say("Stopping worker, web, mail catcher and broker …")
                    children.stop(STOP_ORDER)
        if ended is not None:
            raise CommandError(f"{ended.name} ended by itself; its lines above say why. Everything was stopped.")
        self.say("Everything is stopped.")

    def serve(self, children: Children, *, demo: bool) -> Child | None:
        """Start all, say where, wait. None when a signal ended it, else the program that ended by itself."""
        if settings.EMBEDDED_BROKER:
            self.start_broker(children)
        self.prepare(demo=demo)
        environment = programs.environment()
        if settings.EMBEDDED_MAIL:
            children.start("mail", programs.mail_catcher(), environment)
        children.start("web", programs.web(), environment)
        children.start("worker", programs.worker(), environment)
        if children.wait_until(web_answers, seconds=SECONDS_TO_START):
            self.say(welcome(demo=demo and demo_is_loaded(), empty=not Clinic.objects.exists()))
        return children.wait()

    def start_broker(self, children: Children) -> None:
        """The embedded broker, up before anybody needs it."""
        children.start("broker", programs.embedded_broker(), programs.environment())
        place = broker_socket(settings.VAR)
        up = children.wait_until(lambda: broker.answers(place), seconds=SECONDS_TO_START)
        if not up and not children.stop_wanted.is_set():
            raise CommandError("The embedded broker did not start; its lines above say why.")

    def prepare(self, *, demo: bool) -> None:
        """Tables, collected files in production, and the demo on a first start, before anybody can ask for a page."""
        reach_servers()
        call_command("migrate", verbosity=0)
        if not settings.DEBUG:
            call_command("collectstatic", interactive=False, verbosity=0)
        if demo and not Clinic.objects.exists():
            self.say("First start: loading the demo clinic (a minute at most) …")
            call_command("seed_demo", here=True)

    def say(self, words: str) -> None:
        """A line of our own, at once."""
        self.stdout.write(words)
        self.stdout.flush()


def reach_servers() -> None:
    """Raises CommandError with the variable to look at when the database or the broker does not answer."""
    try:
        connection.ensure_connection()
    except OperationalError as no:
        raise CommandError("The database does not answer: is it running, and is DATABASE_URL right?") from no
    try:
        with current_app.connection_for_write() as post:
            post.ensure_connection(max_retries=1, interval_start=0, timeout=5)
    except BrokerError as no:
        raise CommandError("The message broker does not answer: is it running, and is CELERY_BROKER_URL right?") from no


def demo_is_loaded() -> bool:
    """Whether the demo's sign-in works here."""
    return User.objects.filter(email=settings.DEMO_EMAIL).exists()


def web_answers() -> bool:
    """Whether the web server takes connections."""
    try:
        socket.create_connection((programs.HERE, settings.WEB_PORT), timeout=1).close()
    except OSError:
        return False
    return True
