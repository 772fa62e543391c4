"""When each follow-up is due after a session, and until when its words are still right. Pure."""

from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from clients.messages.schedule import SendingHours
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
