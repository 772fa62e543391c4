"""What the first page is made of: blocks of rows, and moments in words."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet

from portal.client_page.picture import short_date

MOST = 25  # rows shown of one block; the heading counts them all


@dataclass(frozen=True)
class Row:
    """One line: who, what about it, how it stands, and the one button."""

    client: str
    client_url: str
    words: str
    badge: str
    tone: str  # ok, warn, bad or info
    action: str
    url: str
    when: str = ""
    urgent: bool = False
    hints: tuple[str, ...] = ()  # what is still missing, in a few words each
    posts: bool = False  # the button does it at once, and the row is gone
    phone: str = ""  # a number in the words: a tap on it calls it

    @property
    def said(self) -> tuple[str, str, str]:
        """The words before the number, the number if it is in them, and the words after it."""
        return self.words.partition(self.phone) if self.phone else (self.words, "", "")


@dataclass(frozen=True)
class Block:
    """One heading with its rows; `empty` says what to do next when there are none."""

    key: str
    title: str
    rows: list[Row]
    count: int
    empty: str
    more_url: str = ""
    more_words: str = ""  # with words, the way to the whole list stands there always; without, when rows are left out
    note: str = ""
    to_clients: bool = False  # an empty block points to the client list


def some_of(rows: QuerySet[Any], most: int = MOST) -> tuple[list[Any], int]:
    """The first rows, and how many there are in all."""
    return list(rows[:most]), rows.count()


def start_of(now: datetime, *, days: int) -> datetime:
    """Midnight that many days after today, in the zone of `now`."""
    return midnight_of(now.date() + timedelta(days=days), now)


def midnight_of(day: date, now: datetime) -> datetime:
    """Midnight at the start of a day, in the zone of `now`."""
    return datetime.combine(day, time.min, tzinfo=now.tzinfo)


def clock(moment: datetime, now: datetime) -> str:
    """A moment in the clinic's zone: "14:30 today", "09:00 tomorrow", "1 Jun 2026, 09:00"."""
    local = moment.astimezone(now.tzinfo)
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}.get((local.date() - now.date()).days)
    return f"{local:%H:%M} {near}" if near else f"{short_date(local.date())}, {local:%H:%M}"
