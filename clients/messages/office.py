"""How the post office is: when it last ticked and sent, and a circuit breaker for a mail server that is down.

While the server is down one worker tries to reach it, now and then; a line that is open and works asks nobody.
"""

import random
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import F

from clients.messages.models import Message, OfficeState

PROBE_FIRST, PROBE_LATEST = timedelta(seconds=5), timedelta(seconds=60)
TELL_SENT_EVERY = timedelta(seconds=5)
SPREAD = random.SystemRandom()
TICK = """
    INSERT INTO clients_officestate (id, failures, last_tick_at) VALUES (1, 0, %s)
    ON CONFLICT (id) DO UPDATE SET last_tick_at = excluded.last_tick_at
    RETURNING (SELECT COUNT(*) FROM ({work}) AS waiting)
"""


def tick(at: datetime, *, most: int) -> int:
    """Write down that beat ticked, and count what there is to do, up to `most`: one statement."""
    query = Message.objects.work(at).order_by().values("pk")[:most].query
    work, values = query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(TICK.format(work=work), [connection.ops.adapt_datetimefield_value(at), *values])
        (waiting,) = cursor.fetchone()
    return int(waiting)


def may_open(at: datetime) -> bool:
    """Whether this worker may open a connection: the server is up, or it is time to look again and nobody does yet."""
    state = OfficeState.objects.filter(pk=1, down_since__isnull=False).first()
    if state is None:
        return True
    # A moment further off than any pause was set by a clock that has been set back since.
    if state.probe_at is None or at < state.probe_at <= at + PROBE_LATEST:
        return False
    same = OfficeState.objects.filter(pk=1, probe_at=state.probe_at)
    return same.update(probe_at=at + _pause(state.failures)) == 1


def is_down() -> bool:
    """Whether the mail server could not be reached when it was last tried."""
    return OfficeState.objects.filter(pk=1, down_since__isnull=False).exists()


def note_down(at: datetime) -> None:
    """It could not be reached: it is tried again after a pause, a longer one each time."""
    OfficeState.objects.get_or_create(pk=1)
    first = OfficeState.objects.filter(pk=1, down_since=None)
    if not first.update(down_since=at, probe_at=at + _pause(0), failures=1):
        down = OfficeState.objects.filter(pk=1)
        failures = down.values_list("failures", flat=True).get()
        down.update(failures=F("failures") + 1, probe_at=at + _pause(failures))


def note_up() -> None:
    """It answers: all may go."""
    down = OfficeState.objects.filter(pk=1, down_since__isnull=False)
    down.update(down_since=None, probe_at=None, failures=0)


def note_sent(at: datetime) -> None:
    """Something left."""
    if not OfficeState.objects.filter(pk=1).update(last_sent_at=at):
        OfficeState.objects.get_or_create(pk=1, defaults={"last_sent_at": at})


def _pause(failures: int) -> timedelta:
    """5, 10, 20, 40 and then always 60 seconds, less up to a quarter, so that many clocks do not strike together."""
    pause = PROBE_FIRST * float(2 ** min(failures, 10))
    return min(pause, PROBE_LATEST) * (0.75 + SPREAD.random() / 4)
