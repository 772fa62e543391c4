"""When to try again, in which hours, and how long a worker may hold a message. Pure."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from clients.records.models import Client

DAY = timedelta(days=1)
SLACK = timedelta(hours=1)

# A worker holds what it has claimed this long; afterwards another may take it. It is longer than one sending can
# take: four answers of the mail server, each within EMAIL_TIMEOUT.
LEASE = timedelta(seconds=60)
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
SOON = PAUSES[0]
WAIT = timedelta(minutes=30)  # a message that has to wait is looked at again this much later
TRIES_TO_PREPARE = 3
AGAIN_FOR = timedelta(days=1)  # a person who presses "Try again" gives a late message this much longer


def pause_after(tries: int) -> timedelta:
    """The pause after this many tries (from 1): 1, 5, 15 and then always 60 minutes."""
    return PAUSES[min(max(tries, 1), len(PAUSES)) - 1]


class SendingHours(NamedTuple):
    """The hours of the clinic's local day in which emails leave."""

    zone: ZoneInfo
    opens: time
    closes: time

    @classmethod
    def of(cls, client: "Client") -> "SendingHours":
        """The clinic's sending hours as they are now, local to the client."""
        return cls(client.zone, client.clinic.sends_from, client.clinic.sends_until)

    @property
    def slack(self) -> timedelta:
        """So long before closing an email is due at the latest, to find time to leave; half of hours that are short."""
        return min(SLACK, (datetime.combine(date.min, self.closes) - datetime.combine(date.min, self.opens)) / 2)

    def instant(self, day: date, hour: time) -> tuple[datetime, datetime]:
        """The earlier and the later reading of a local time; they differ only around a clock change."""
        return _instant(self.zone, day, hour)

    def on(self, day: date) -> tuple[datetime, datetime]:
        """First and last sending moment of a local day.

        An hour that happens twice or never narrows the day: what leaves in between is in hours on any reading.
        """
        return _opening(self.zone, day, self.opens, self.closes)

    def first_from(self, moment: datetime) -> datetime:
        """The first sending moment not before this one; the one of closing is none: nobody could keep it."""
        for day in _days(moment.astimezone(self.zone).date(), DAY):
            opening, closing = self.on(day)
            if opening < closing and moment < closing:
                return max(moment, opening)
        raise ValueError("These sending hours never open.")

    def nearest(self, moment: datetime) -> datetime:
        """The moment itself if emails leave then; else one of its local day, or of the next that has any."""
        if self.first_from(moment) == moment:
            return moment
        opening = self.on(moment.astimezone(self.zone).date())[0]
        before = self.last_until(max(moment, opening), slack=self.slack)
        return before if before >= opening else self.first_from(moment)

    def last_until(self, moment: datetime, slack: timedelta = timedelta(0)) -> datetime:
        """The last sending moment not after this one, and at least `slack` before closing."""
        for day in _days(moment.astimezone(self.zone).date(), -DAY):
            opening, closing = self.on(day)
            if opening <= closing - slack and opening <= moment:
                return min(moment, closing - slack)
        raise ValueError("These sending hours never open.")

    def same_hour(self, moment: datetime, after: timedelta) -> datetime:
        """The same local hour so many local days later; a skipped hour moves to the one after it."""
        local = moment.astimezone(self.zone)
        return self.instant(local.date() + after, local.time())[0 if _happens_twice(local + after) else 1]


def _instant(zone: ZoneInfo, day: date, hour: time) -> tuple[datetime, datetime]:
    local = datetime.combine(day, hour, tzinfo=zone)
    both = (local.replace(fold=0).astimezone(UTC), local.replace(fold=1).astimezone(UTC))
    return min(both), max(both)


@lru_cache(maxsize=4096)  # a page about hundreds of clients asks for the same few days again and again
def _opening(zone: ZoneInfo, day: date, opens: time, closes: time) -> tuple[datetime, datetime]:
    return _instant(zone, day, opens)[1], _instant(zone, day, closes)[0]


def next_try(
    *, at: datetime, pause: timedelta, send_by: datetime, chance: float, hours: SendingHours | None = None
) -> datetime | None:
    """When to try again: the pause, spread by a quarter either way by `chance` (0 to 1); None when that is too late.

    With `hours`, a moment outside them becomes the next opening.
    """
    then = at + pause * (0.75 + chance / 2)
    if hours is not None:
        then = hours.first_from(then)
    return then if then < send_by else None


def _happens_twice(local: datetime) -> bool:
    """Whether the clock shows this local time twice, which is when the first one counts."""
    first, second = local.replace(fold=0).utcoffset(), local.replace(fold=1).utcoffset()
    return first is not None and second is not None and first > second


def _days(day: date, step: timedelta) -> Iterator[date]:
    """This day and the fortnight after (or before) it: no clock change closes a clinic for longer."""
    return (day + number * step for number in range(15))
