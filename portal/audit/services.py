"""record() appends one event; verify() walks a clinic's chain."""

import hashlib
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.db import models, transaction

from portal.audit.models import AuditEvent

if TYPE_CHECKING:
    from portal.practice.models import Clinic, User


class ChainBroken(Exception):
    """The audit trail was changed from outside: an event does not match the one before it."""


# No savepoint: whatever fails in here has to undo the caller's change as well.
@transaction.atomic(savepoint=False)
def record(
    *,
    clinic: "Clinic",
    action: str,
    subject: models.Model,
    at: datetime,
    by: "User | None" = None,
    client_acted: bool = False,
    **facts: object,
) -> AuditEvent:
    """Append one event, inside the caller's transaction. Facts hold ids, states and numbers, nothing personal."""
    if at.tzinfo is None:
        raise ValueError("An event's time needs a time zone.")
    # The clinic's row is the lock: two events of one clinic never take the same number. NO KEY, so that nobody waits
    # who only writes a row that points to the clinic.
    type(clinic).objects.select_for_update(no_key=True).only("pk").get(pk=clinic.pk)
    last = AuditEvent.objects.filter(clinic=clinic).order_by("-sequence").first()
    event = AuditEvent(
        clinic=clinic,
        sequence=last.sequence + 1 if last else 1,
        at=at.astimezone(UTC),
        actor=by,
        actor_kind="user" if by else "client" if client_acted else "system",
        action=action,
        subject_type=subject._meta.model_name or "",
        subject_id=subject.pk,
        facts={name: plain(value) for name, value in facts.items()},
        previous_hash=last.hash if last else "",
    )
    event.hash = digest(event)
    event.save(force_insert=True)
    return event


def plain(value: object) -> object:
    """The value as every database gives it back: text, whole numbers, yes or no, lists, and names with values.

    Anything else becomes text. A fraction too: PostgreSQL keeps 1e16 as a whole number, and the hash would not fit.
    """
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, dict):
        return {str(name): plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return str(value)


def digest(event: AuditEvent) -> str:
    """SHA-256 over everything the event says and the hash of the one before it."""
    said = [
        event.clinic_id,
        event.sequence,
        event.at.astimezone(UTC).isoformat(),
        event.actor_id,
        event.actor_kind,
        event.action,
        event.subject_type,
        event.subject_id,
        event.facts,
        event.previous_hash,
    ]
    return hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def verify(clinic: "Clinic") -> int:
    """How many events the clinic's unbroken chain holds. Raises ChainBroken at the first that does not fit."""
    before, count = "", 0
    for event in AuditEvent.objects.filter(clinic=clinic).order_by("sequence").iterator():
        if event.sequence != count + 1 or event.previous_hash != before or event.hash != digest(event):
            raise ChainBroken(event.pk)
        before, count = event.hash, count + 1
    return count
