"""Running courses and a newer care schedule: what would change, and moving them to it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import transaction

from clients.messages.terms import State
from clients.records.models import Client
from portal.audit.services import record
from portal.security.refusals import Refused
from treatments.care.models import CareVersion
from treatments.care.schedule import CareSchedule, CareStep
from treatments.followups.models import Enrolment, Followup
from treatments.followups.services.courses import Course, courses_of, dues
from treatments.followups.services.laying import lay_out

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from portal.practice.models import User


AT_ONCE = 100  # clients whose courses move in one request: each takes about a tenth of a second


class NotPublished(Refused):
    """Courses move to a published care schedule only. Publish this one first."""


class NothingChosen(Refused):
    """Choose at least one client whose course moves."""

    field = "chosen"


@dataclass(frozen=True)
class StepChange:
    """One step of one course that would leave at another time, come, or go; None where it does not leave.

    At the same time it says or asks something else, reminds otherwise, or is for other clients.
    """

    title: str
    was: datetime | None
    now: datetime | None


@dataclass(frozen=True)
class CourseChange:
    """What would become of one running course; no changes when it would leave as before."""

    enrolment: Enrolment
    client: Client
    changes: tuple[StepChange, ...]


class Moved(NamedTuple):
    """How many courses moved, and how many of those that were to are left for another time."""

    number: int
    left: int


def running_courses() -> "QuerySet[Enrolment]":
    """Courses with steps that are still to leave, of clients who are not archived."""
    to_leave = Followup.objects.standing().unsent().values("enrolment")
    return Enrolment.objects.filter(pk__in=to_leave, client__archived_at=None)


def preview_move(*, schedule: CareSchedule, at: datetime) -> list[CourseChange]:
    """What would change in each running course if it moved to this schedule now. It changes nothing."""
    running = set(running_courses().values_list("pk", "client_id"))
    moved = {pk for pk, _client in running}
    clients = Client.objects.select_related("clinic").filter(pk__in={client for _pk, client in running})
    courses = courses_of(client for _pk, client in running)
    return [
        change
        for client in clients.order_by("last_name", "first_name", "pk")
        for change in _changes(client, courses[client.pk], moved, schedule, at)
    ]


def _changes(
    client: Client, courses: Sequence[Course], moved: set[int], schedule: CareSchedule, at: datetime
) -> list[CourseChange]:
    after = [replace(one, schedule=schedule) if one.enrolment.pk in moved else one for one in courses]
    then: dict[int, dict[str, tuple[CareStep, datetime]]] = {}
    for due in dues(client, after, at):
        row, step = due.what
        then.setdefault(row.enrolment_id, {})[step.key] = (step, due.due_at)
    return [
        CourseChange(course.enrolment, client, _steps(course, then.get(course.enrolment.pk, {}), at))
        for course in courses
        if course.enrolment.pk in moved
    ]


def _steps(course: Course, then: dict[str, tuple[CareStep, datetime]], at: datetime) -> tuple[StepChange, ...]:
    """The steps of a course that would leave or read otherwise, by time."""
    was = {
        key: (row.title, row.due_at)
        for key, row in course.rows.items()
        if row.withdrawn_at is None and row.message.state == State.SCHEDULED
    }
    found = []
    for key in {**was, **then}:
        before, after = was.get(key), then.get(key)
        title = after[0].title if after else before[0] if before else ""
        change = StepChange(title, before[1] if before else None, after[1] if after else None)
        if change.was != change.now or (after and _but_for_time(after[0]) != _but_for_time(course.schedule.step(key))):
            found.append(change)
    return tuple(sorted(found, key=lambda one: (one.now or one.was or at).timestamp()))


def _but_for_time(step: CareStep | None) -> tuple[object, ...]:
    """What else matters of a step to the clients whose course it is in."""
    return (step.words, step.asks, step.who, step.remind_after_hours) if step else ()


def move_courses(*, version: CareVersion, chosen: Iterable[int] | None, by: "User", at: datetime) -> Moved:
    """Have running courses go by this version: those with these ids, or all of them for None; of AT_ONCE clients.

    Each client is a transaction of its own: their row is held before the clinic's. Raises NotPublished, NothingChosen.
    """
    if version.published_at is None:
        raise NotPublished
    courses = running_courses().exclude(version=version)
    if chosen is not None:
        courses = courses.filter(pk__in=set(chosen))
        if not courses:
            raise NothingChosen
    by_client: dict[int, set[int]] = {}
    for pk, client in courses.values_list("pk", "client_id"):
        by_client.setdefault(client, set()).add(pk)
    now, later = sorted(by_client)[:AT_ONCE], sorted(by_client)[AT_ONCE:]
    moved = sum(_move(client, by_client[client], version, by, at) for client in now)
    return Moved(moved, left=sum(len(by_client[client]) for client in later))


@transaction.atomic
def _move(client_id: int, pks: set[int], version: CareVersion, by: "User", at: datetime) -> int:
    """One client's courses; their unsent emails are as the new version says."""
    client = Client.objects.held(client_id)
    courses = list(
        Enrolment.objects.filter(pk__in=pks)
        .exclude(version=version)
        .select_related("version")
        .defer("version__content")
    )
    Enrolment.objects.filter(pk__in=[course.pk for course in courses]).update(version=version)
    lay_out(client=client, at=at, by=by)
    for course in courses:
        numbers: dict[str, Any] = {"before": course.version.number, "now": version.number}
        record(clinic=client.clinic, action="enrolment.moved", subject=course, at=at, by=by, **numbers)
    return len(courses)
