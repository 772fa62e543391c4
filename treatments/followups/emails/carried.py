"""The steps that messages carry, as rows and no models: there are many, and an email speaks of little of them."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from django.db.models import Exists, OuterRef

from treatments.care.schedule import CareSchedule, CareStep
from treatments.care.services import schedule_with, shipped_schedule
from treatments.followups.models import Followup, Reply

COLUMNS = (
    *("pk", "message_id", "client_id", "session_id", "step", "title", "asks", "about_results", "due_at", "moved_by_id"),
    *("answered", "session__number", "session__ended_at", "session__scheduled_for"),
    "session__practitioner__user__full_name",
    *("session__plan_id", "enrolment__anchored_at", "enrolment__version_id", "enrolment__version__fingerprint"),
)


class Carried(NamedTuple):
    """One step that a message carries, with what is said of its session and the session's plan."""

    pk: int
    message_id: int
    client_id: int
    session_id: int
    step: str
    title: str
    asks: str
    about_results: bool
    due_at: datetime | None
    moved_by_id: int | None
    answered: bool
    number: int
    ended_at: datetime | None
    scheduled_for: datetime
    practitioner: str
    plan_id: int
    anchored_at: datetime | None  # of its course of follow-ups; None: from before there were any
    version_id: int | None
    fingerprint: str | None
    schedule: CareSchedule

    @property
    def care(self) -> CareStep:
        """The step as its course of follow-ups has it; one from before there were courses, as the default has it."""
        return step_in(self.schedule, self)


def step_in(schedule: CareSchedule, followup: Carried | Followup) -> CareStep:
    """The step as a schedule has it; one that the schedule does not have, by what is known of it alone."""
    of, title, asks = followup.step, followup.title, followup.asks
    return schedule.step(of) or CareStep(of, title, 1, 1, asks, about_results=followup.about_results)


def carried_by(messages: Collection[int]) -> list[Carried]:
    """The standing steps of these messages of one clinic, by time; one query for all."""
    replies = Reply.objects.filter(followup=OuterRef("pk"))
    steps = Followup.objects.filter(message__among=messages).standing().annotate(answered=Exists(replies))
    schedules: dict[str | None, CareSchedule] = {None: shipped_schedule()}
    found = []
    for row in steps.order_by("due_at", "pk").values_list(*COLUMNS):
        version, fingerprint = row[-2:]
        if fingerprint not in schedules:
            schedules[fingerprint] = schedule_with(fingerprint, version)
        found.append(Carried._make((*row, schedules[fingerprint])))
    return found
