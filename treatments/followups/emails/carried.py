"""The steps that messages carry, as rows and no models: there are many, and an email speaks of little of them."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from django.db.models import Exists, OuterRef

from treatments.care.schedule import CareSchedule, CareStep
from treatments.care.services import schedule_with, shipped_schedule
from treatments.cases.models import Case
from treatments.followups.models import Alert, Followup, Reply

COLUMNS = (
    *("step", "title", "asks", "about_results"),
    *("pk", "message_id", "client_id", "session_id", "due_at", "moved_by_id"),
    *("answered", "flagged", "case_open", "session__number", "session__ended_at", "session__scheduled_for"),
    "session__practitioner__user__full_name",
    *("session__plan_id", "enrolment__anchored_at", "enrolment__version_id", "enrolment__version__fingerprint"),
)
STEP = slice(4)  # of these columns: what says which step it is


class Carried(NamedTuple):
    """One step that a message carries, with what is said of its session and the session's plan."""

    step: str
    title: str
    asks: str
    about_results: bool
    pk: int
    message_id: int
    client_id: int
    session_id: int
    due_at: datetime | None
    moved_by_id: int | None
    answered: bool
    flagged: bool  # nobody has acted yet on a warning sign of this client
    case_open: bool  # a reaction of this client is not over
    number: int
    ended_at: datetime | None
    scheduled_for: datetime
    practitioner: str
    plan_id: int
    anchored_at: datetime | None  # of its course of follow-ups; None: from before there were any
    version_id: int | None
    fingerprint: str | None
    schedule: CareSchedule  # of its course; the default for one from before there were courses
    care: CareStep  # as the schedule has it


def step_in(schedule: CareSchedule, step: str, title: str, asks: str, about_results: bool) -> CareStep:
    """The step as a schedule has it; one that the schedule does not have, by what is known of it alone."""
    return schedule.step(step) or CareStep(step, title, 1, 1, asks, about_results=about_results)


def carried_by(messages: Collection[int]) -> list[Carried]:
    """The standing steps of these messages of one clinic, by time; one query for all."""
    replies, alerts = Reply.objects.all(), Alert.objects.waiting()
    steps = Followup.objects.filter(message__among=messages).standing()
    steps = steps.annotate(
        answered=Exists(replies.filter(followup=OuterRef("pk"))),
        flagged=Exists(alerts.filter(client=OuterRef("client"))),
        case_open=Exists(Case.objects.open().filter(client=OuterRef("client"))),
    )
    schedules: dict[str | None, CareSchedule] = {None: shipped_schedule()}
    found = []
    for row in steps.order_by("due_at", "pk").values_list(*COLUMNS):
        version, fingerprint = row[-2:]
        if fingerprint not in schedules:
            schedules[fingerprint] = schedule_with(fingerprint, version)
        schedule = schedules[fingerprint]
        found.append(Carried._make((*row, schedule, step_in(schedule, *row[STEP]))))
    return found
