"""A client's courses of follow-ups: which steps of each are still to leave, and when each is due."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from clients.messages.models import Message
from clients.records.models import Client
from treatments.care.schedule import CareSchedule, CareStep, Slot, due_times
from treatments.care.services import schedule_of
from treatments.consents.services import why_no_emails
from treatments.consents.terms import ConsentPurpose
from treatments.followups.models import Enrolment, Followup
from treatments.followups.schedule import Due

LEFT_OUT = "The care schedule that the course goes by now has no such step."
REPLACED = "A newer session on "  # what a step about results is withdrawn with begins so
UNDONE = "The session was reopened."
# Of a message only its state matters here; what was sent would be most of what is read.
UNREAD = [f"message__{one.name}" for one in Message._meta.concrete_fields if one.name not in ("id", "state", "why")]


@dataclass
class Course:
    """One session's follow-ups: what its schedule says, and what there is of it so far."""

    enrolment: Enrolment
    schedule: CareSchedule
    rows: dict[str, Followup]  # by step
    newest: bool = False  # of its client's: a newer one replaces its steps about results
    wanted: bool = True  # whether the client gets follow-up emails

    def row_of(self, step: CareStep, slot: Slot, at: datetime) -> Followup | None:
        """The row of a step that is still to leave; made, not saved, if there is none. None when it does not leave."""
        if step.about_results and not self.newest:
            return None
        row = self.rows.get(step.key)
        if row is None:
            return self._new(step) if self._in_time(slot, at) else None
        if row.withdrawn_why == UNDONE:  # and completed again: one that is too late by now is told
            return row
        if self._gives_back(row):
            send_by = row.send_by if row.moved_by_id and row.send_by else slot.send_by
            return row if send_by > at else None
        return row if row.may_move else None

    def _gives_back(self, row: Followup) -> bool:
        """A schedule that has it again, a newer session that is none any more, or a client who wants emails again."""
        if row.withdrawn_at is None:
            return self.wanted and row.was_not_wanted
        return row.withdrawn_why == LEFT_OUT or (row.withdrawn_why.startswith(REPLACED) and row.withdrawn_by_id is None)

    def _in_time(self, slot: Slot, at: datetime) -> bool:
        """A course that begins has all its steps: one that is too late already is told. One that came later is not."""
        return at <= self.enrolment.enrolled_at or slot.send_by > at

    def _new(self, step: CareStep) -> Followup:
        return Followup(
            clinic_id=self.enrolment.clinic_id,
            client_id=self.enrolment.client_id,
            session=self.enrolment.session,
            enrolment=self.enrolment,
            step=step.key,
            title=step.title,
            asks=step.asks,
            about_results=step.about_results,
        )

    @property
    def left_out(self) -> list[Followup]:
        """Rows to be taken off that have not left: their step is not in the schedule."""
        return [row for key, row in self.rows.items() if self.schedule.step(key) is None]

    def renew(self) -> list[Followup]:
        """Its rows that are still to leave and say something else than the schedule does; now they say it too."""
        changed = []
        for step in self.schedule.steps:
            row = self.rows.get(step.key)
            if row is not None and row.may_move and _says(row) != _says(step):
                row.title, row.asks, row.about_results = _says(step)
                changed.append(row)
        return changed


def _says(one: Followup | CareStep) -> tuple[str, str, bool]:
    return one.title, one.asks, one.about_results


def courses_of(clients: Iterable[Client | int]) -> dict[int, list[Course]]:
    """Each client's courses by time, with what there is of them; two queries for all clients.

    The course of a session that was reopened is none until the session is completed again.
    """
    ended = Enrolment.objects.filter(client__in=clients, session__ended_at__isnull=False)
    enrolments = ended.select_related("version", "session").defer("version__content")
    found: dict[int, list[Course]] = defaultdict(list)
    by_id: dict[int, Course] = {}
    for enrolment in enrolments.order_by("anchored_at", "pk"):
        by_id[enrolment.pk] = Course(enrolment, schedule_of(enrolment.version), {})
        found[enrolment.client_id].append(by_id[enrolment.pk])
    rows = Followup.objects.filter(enrolment__in=by_id).select_related("message").defer(*UNREAD)
    for row in rows:
        if row.enrolment_id is not None:
            by_id[row.enrolment_id].rows[row.step] = row
    refused = _refused({row.client_id for row in rows if row.was_not_wanted})
    for client, courses in found.items():
        courses[-1].newest = True
        for course in courses:
            course.wanted = client not in refused
    return found


def _refused(clients: set[int]) -> set[int]:
    """Those of them who still want no follow-up emails."""
    if not clients:
        return clients
    said_no = why_no_emails(clients=clients, purpose=ConsentPurpose.FOLLOW_UP_EMAILS)
    unticked = Client.objects.filter(pk__in=clients, gets_follow_ups=False).values_list("pk", flat=True)
    return {pk for pk, why in said_no.items() if why} | set(unticked)


def dues(client: Client, courses: Sequence[Course], at: datetime) -> list[Due]:
    """Every step of these courses that is still to leave; those that have no row yet are made, not saved."""
    found = []
    hours = client.clinic.sends_from, client.clinic.sends_until
    for course in courses:
        slots = due_times(course.schedule, course.enrolment.anchored_at, client.zone, *hours)
        for step in course.schedule.steps:
            row = course.row_of(step, slots[step.key], at)
            if row is not None:
                found.append(_due(row, step, slots[step.key]))
    return found


def _due(row: Followup, step: CareStep, slot: Slot) -> Due:
    """When one step is due: as scheduled, or as a person moved it."""
    moved = row.moved_by_id is not None
    if moved and row.due_at and row.send_by:
        slot = Slot(row.due_at, row.send_by, row.due_at)
    return Due((row, step), *slot, in_hours=not step.any_hour, rank=step.after_hours, fixed=moved)
