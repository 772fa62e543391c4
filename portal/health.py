"""Two addresses for whoever watches the site: is the process up, and can it do its work."""

import logging
import time
from collections.abc import Callable
from threading import Lock

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from kombu import Connection
from kombu.exceptions import KombuError

logger = logging.getLogger(__name__)
SECONDS_FOR_THE_BROKER = 2
SECONDS_AN_ANSWER_HOLDS = 3
SECONDS_UNTIL_NOBODY_KNOWS = 10


class Pulse:
    """What was found last. Everybody may ask, so the parts are asked by one at a time and every few seconds."""

    def __init__(self) -> None:
        self.found: dict[str, bool] = {}
        self.migrated = False
        self._found_at = float("-inf")
        self._asking = Lock()

    def take(self) -> dict[str, bool]:
        """Which parts answer. While somebody else is asking, what was found before that; after a while, none."""
        if self._age() >= SECONDS_AN_ANSWER_HOLDS and self._asking.acquire(blocking=not self.found):
            try:
                self._ask()
            finally:
                self._asking.release()
        if self._age() > SECONDS_UNTIL_NOBODY_KNOWS:  # whoever asks is stuck
            return dict.fromkeys(self.found, False)
        return self.found

    def _age(self) -> float:
        return time.monotonic() - self._found_at

    def _ask(self) -> None:
        if self._age() >= SECONDS_AN_ANSWER_HOLDS:  # unless somebody asked while we waited
            self.found = {name: _answers(name, part) for name, part in PARTS.items()}
            self._found_at = time.monotonic()


pulse = Pulse()


@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """Up: the process answers. Asks nobody else, so a broken database does not make the site restart for ever."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """Ready: 200 when everything answers, else 503; which part does not is named, and nothing else is told."""
    found = pulse.take()
    return JsonResponse(found, status=200 if all(found.values()) else 503)


def _answers(name: str, part: Callable[[], bool]) -> bool:
    try:
        return part()
    except (DatabaseError, KombuError, OSError) as reason:
        logger.warning("not ready: %s: %s", name, type(reason).__name__)
        return False


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone())


def _migrations() -> bool:
    if not pulse.migrated:  # once true it stays true for this code, and reading all migrations is dear
        executor = MigrationExecutor(connection)
        pulse.migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return pulse.migrated


def _broker() -> bool:
    with Connection(settings.CELERY_BROKER_URL, connect_timeout=SECONDS_FOR_THE_BROKER) as broker:
        broker.ensure_connection(max_retries=1, timeout=SECONDS_FOR_THE_BROKER)
        return bool(broker.connected)


PARTS: dict[str, Callable[[], bool]] = {"database": _database, "migrations": _migrations, "broker": _broker}
