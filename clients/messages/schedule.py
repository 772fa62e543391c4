"""When to try again, and how long a worker may hold a message."""

from datetime import datetime, timedelta

# A worker holds what it has claimed this long; afterwards another may take it. It is longer than one sending can
# take: four answers of the mail server, each within EMAIL_TIMEOUT.
LEASE = timedelta(seconds=60)
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
SOON = PAUSES[0]
TRIES_TO_PREPARE = 3
AGAIN_FOR = timedelta(days=1)  # a person who presses "Try again" gives a late message this much longer


def pause_after(tries: int) -> timedelta:
    """The pause after this many tries (from 1): 1, 5, 15 and then always 60 minutes."""
    return PAUSES[min(max(tries, 1), len(PAUSES)) - 1]


def next_try(*, at: datetime, pause: timedelta, send_by: datetime, chance: float) -> datetime | None:
    """When to try again: the pause, spread by a quarter either way by `chance` (0 to 1); None when that is too late."""
    then = at + pause * (0.75 + chance / 2)
    return then if then < send_by else None
