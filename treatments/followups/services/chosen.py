"""What a person gave another time, once emails leave at other hours."""

from datetime import datetime

from clients.messages.schedule import SendingHours
from clients.messages.terms import State
from clients.records.models import Client
from portal.audit.services import record
from treatments.followups.emails.facts import step_of
from treatments.followups.models import Followup
from treatments.followups.schedule import Room, room


def keep_chosen_days(client: Client, hours: SendingHours, at: datetime) -> None:
    """It keeps its day where it can, within the client's hours as they are now; what is due already stays so."""
    chosen = Followup.objects.filter(client=client, moved_by__isnull=False, due_at__gt=at).standing()
    chosen = chosen.filter(message__state=State.SCHEDULED) | chosen.not_wanted()
    chosen = chosen.select_related("clinic", "session", "enrolment__version")
    for row in chosen.defer("enrolment__version__content").order_by("pk"):
        if row.enrolment is None or row.due_at is None:
            continue
        step = step_of(row)
        space = room(step, row.enrolment.anchored_at, hours)
        due_at = row.due_at if step.any_hour else _within(row.due_at, space, hours)
        changed = Followup.objects.filter(pk=row.pk).exclude(due_at=due_at, send_by=space.send_by)
        if changed.update(due_at=due_at, send_by=space.send_by) and due_at != row.due_at:
            record(clinic=row.clinic, action="followup.refitted", subject=row, at=at, step=row.step)


def _within(due_at: datetime, space: Room, hours: SendingHours) -> datetime:
    if due_at < space.first:  # before its day: it was sent now, which is when emails next leave
        return hours.first_from(due_at)
    return max(space.first, min(hours.nearest(due_at), space.last))
