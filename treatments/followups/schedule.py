"""Which follow-ups of one client leave together: several due on one local day become one email. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from clients.messages.schedule import SLACK, SendingHours
from treatments.care.schedule import CareSchedule, CareStep, due_times


class Due(NamedTuple):
    """One step of one session that is still to leave."""

    what: Any  # whose it is: handed back as it came
    due_at: datetime
    send_by: datetime
    not_before: datetime  # it may leave this early, with others of its day
    in_hours: bool
    rank: int  # the lowest of those that leave together leads: its words come first
    fixed: bool = False  # a person chose its moment: others may join it there, it joins them nowhere else


class Bundle(NamedTuple):
    """What leaves in one email, the leading step first; when, and until when."""

    members: tuple[Due, ...]
    due_at: datetime
    send_by: datetime
    in_hours: bool


def together(dues: Iterable[Due], hours: SendingHours) -> list[Bundle]:
    """The emails in which these steps leave, by time. No step leaves too early, too late or outside its hours.

    Steps of one local day share an email where one moment is right for all of them. A step whose hour cannot move,
    such as aftercare or one whose moment a person chose, keeps it.
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
        and all(one.due_at == moment for one in members if one.fixed or not one.in_hours)
        and (len(at_any_hour) == len(members) or hours.first_from(moment) == moment)
    )
    return Bundle(tuple(members), moment, send_by, not at_any_hour) if fine else None


def _moment(members: Sequence[Due]) -> datetime:
    return max(min(one.due_at for one in members), *(one.not_before for one in members))


def _day(moment: datetime, zone: ZoneInfo) -> object:
    return moment.astimezone(zone).date()


class Room(NamedTuple):
    """Between which moments a person may have a step leave, and when it is too late for it all the same."""

    first: datetime
    last: datetime
    send_by: datetime


def room(step: CareStep, ended_at: datetime, hours: SendingHours) -> Room:
    """A step with a window may leave on any of its days; another one from its day on, until it is too late for it."""
    slot = due_times(CareSchedule((step,)), ended_at, hours.zone, hours.opens, hours.closes)[step.key]
    if not step.window_days:
        last = slot.send_by - SLACK
        last = last if step.any_hour else hours.last_until(last, slack=hours.slack)
        return Room(slot.not_before, max(slot.due_at, last), slot.send_by)
    opens, closes = (timedelta(days=days) for days in step.window_days)
    first = hours.first_from(max(ended_at + opens, hours.same_hour(ended_at, opens)))
    last = hours.last_until(min(ended_at + closes, hours.same_hour(ended_at, closes)), slack=hours.slack)
    return Room(first, last, hours.on((ended_at.astimezone(hours.zone) + closes).date())[1])
