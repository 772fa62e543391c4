"""Which follow-ups of one client leave together: several due on one local day become one email. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from clients.messages.schedule import SendingHours


class Due(NamedTuple):
    """One step of one session that is still to leave."""

    what: Any  # whose it is: handed back as it came
    due_at: datetime
    send_by: datetime
    not_before: datetime  # it may leave this early, with others of its day
    in_hours: bool
    rank: int  # the lowest of those that leave together leads: its words come first


class Bundle(NamedTuple):
    """What leaves in one email, the leading step first; when, and until when."""

    members: tuple[Due, ...]
    due_at: datetime
    send_by: datetime
    in_hours: bool


def together(dues: Iterable[Due], hours: SendingHours) -> list[Bundle]:
    """The emails in which these steps leave, by time. No step leaves too early, too late or outside its hours.

    Steps of one local day share an email where one moment is right for all of them. A step whose hour cannot move,
    such as aftercare, keeps it.
    """
    bundles: list[Bundle] = []
    for due in sorted(dues, key=lambda one: (one.due_at, one.rank)):
        joined = _with(bundles[-1], due, hours) if bundles and _same_day(bundles[-1], due, hours) else None
        if joined:
            bundles[-1] = joined
        else:
            bundles.append(Bundle((due,), due.due_at, due.send_by, due.in_hours))
    return bundles


def _same_day(bundle: Bundle, due: Due, hours: SendingHours) -> bool:
    return _day(bundle.due_at, hours.zone) == _day(due.due_at, hours.zone)


def _with(bundle: Bundle, due: Due, hours: SendingHours) -> Bundle | None:
    """The bundle with one more step, or None when no moment is right for all of them."""
    members = sorted((*bundle.members, due), key=lambda one: (one.rank, one.due_at))
    moment = _moment(members)
    send_by = min(one.send_by for one in members)
    at_any_hour = [one for one in members if not one.in_hours]
    fine = (
        moment < send_by
        and all(one.due_at == moment for one in at_any_hour)
        and (len(at_any_hour) == len(members) or hours.first_from(moment) == moment)
    )
    return Bundle(tuple(members), moment, send_by, not at_any_hour) if fine else None


def _moment(members: Sequence[Due]) -> datetime:
    return max(min(one.due_at for one in members), *(one.not_before for one in members))


def _day(moment: datetime, zone: ZoneInfo) -> object:
    return moment.astimezone(zone).date()
