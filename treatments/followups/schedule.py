"""When each follow-up is due after a session, and until when its words are still right. Pure."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from treatments.followups.terms import Step

DAY = timedelta(days=1)

# Offsets from the end of the session: docs/clinical.md section 3, E0 to E8. Awaiting a clinician's approval.
AFTERCARE_AFTER, AFTERCARE_SEND_BY = timedelta(hours=1), timedelta(hours=12)
AFTER = {
    Step.DAY_1: 1 * DAY,
    Step.DAY_3: 3 * DAY,
    Step.DAY_7: 7 * DAY,
    Step.DAY_14: 14 * DAY,
    Step.MONTH_3: 90 * DAY,
    Step.MONTH_6: 180 * DAY,
}
# How long after its due time a step may still leave: house rule. "How are you today?" is wrong two days later.
SEND_WITHIN = {
    Step.DAY_1: 1 * DAY,
    Step.DAY_3: 2 * DAY,
    Step.DAY_7: 3 * DAY,
    Step.DAY_14: 5 * DAY,
    Step.MONTH_3: 14 * DAY,
    Step.MONTH_6: 14 * DAY,
}
WINDOW_OPENS, WEEK_4_SEND_BY, WINDOW_CLOSES = 28 * DAY, 35 * DAY, 42 * DAY
SLACK = timedelta(hours=1)


class Slot(NamedTuple):
    """When a step is due, and the moment after which it is no longer sent. Both in UTC."""

    due_at: datetime
    send_by: datetime


class SendingHours(NamedTuple):
    """The hours of the clinic's local day in which emails leave."""

    zone: ZoneInfo
    opens: time
    closes: time

    def instant(self, day: date, hour: time) -> tuple[datetime, datetime]:
        """The earlier and the later reading of a local time; they differ only around a clock change."""
        local = datetime.combine(day, hour, tzinfo=self.zone)
        both = (local.replace(fold=0).astimezone(UTC), local.replace(fold=1).astimezone(UTC))
        return min(both), max(both)

    def on(self, day: date) -> tuple[datetime, datetime]:
        """First and last sending moment of a local day.

        An hour that happens twice or never narrows the day: what leaves in between is in hours on any reading.
        """
        return self.instant(day, self.opens)[1], self.instant(day, self.closes)[0]

    def first_from(self, moment: datetime) -> datetime:
        """The first sending moment not before this one."""
        for day in _days(moment.astimezone(self.zone).date(), DAY):
            opening, closing = self.on(day)
            if opening < closing and moment <= closing:
                return max(moment, opening)
        raise ValueError("These sending hours never open.")

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


def due_times(ended_at: datetime, zone: ZoneInfo, opens: time, closes: time) -> dict[Step, Slot]:
    """Every step's slot after a session that ended then.

    Aftercare leaves an hour later whatever the hour. All others fall in the clinic's local sending hours; week 4 and
    week 6 inside days 28 to 42, by elapsed time and by local date. Raises ValueError unless opens < closes.
    """
    if not opens < closes:
        raise ValueError("Sending hours must open before they close.")
    ended_at, hours = ended_at.astimezone(UTC), SendingHours(zone, opens, closes)
    slots = {Step.AFTERCARE: Slot(ended_at + AFTERCARE_AFTER, ended_at + AFTERCARE_AFTER + AFTERCARE_SEND_BY)}
    for step, after in AFTER.items():
        due_at = hours.first_from(hours.same_hour(ended_at, after))
        slots[step] = Slot(due_at, hours.last_until(due_at + SEND_WITHIN[step]))
    slots[Step.WEEK_4], slots[Step.WEEK_6] = _week_4(ended_at, hours), _week_6(ended_at, hours)
    return {step: slots[step] for step in Step}


def _week_4(ended_at: datetime, hours: SendingHours) -> Slot:
    """As soon as 28 days are over on either reckoning; not after day 35."""
    due_at = hours.first_from(max(ended_at + WINDOW_OPENS, hours.same_hour(ended_at, WINDOW_OPENS)))
    return Slot(due_at, hours.on(_local_day(ended_at, hours) + WEEK_4_SEND_BY)[1])


def _week_6(ended_at: datetime, hours: SendingHours) -> Slot:
    """As late as 42 days allow on either reckoning, with time left before the day's sending hours end."""
    latest = min(ended_at + WINDOW_CLOSES, hours.same_hour(ended_at, WINDOW_CLOSES))
    length = datetime.combine(date.min, hours.closes) - datetime.combine(date.min, hours.opens)
    due_at = hours.last_until(latest, slack=min(SLACK, length / 2))
    return Slot(due_at, hours.on(_local_day(ended_at, hours) + WINDOW_CLOSES)[1])


def _local_day(moment: datetime, hours: SendingHours) -> date:
    return moment.astimezone(hours.zone).date()


def _happens_twice(local: datetime) -> bool:
    """Whether the clock shows this local time twice, which is when the first one counts."""
    first, second = local.replace(fold=0).utcoffset(), local.replace(fold=1).utcoffset()
    return first is not None and second is not None and first > second


def _days(day: date, step: timedelta) -> Iterator[date]:
    """This day and the fortnight after (or before) it: no clock change closes a clinic for longer."""
    return (day + number * step for number in range(15))
