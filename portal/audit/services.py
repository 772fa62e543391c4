"""record() appends one event; verify() walks a clinic's chain; check_chains() does so for every clinic."""

import hashlib
import json
import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.db import models, transaction
from django_scopes import scope, scopes_disabled

from portal.audit.models import AuditEvent, AuditHead

if TYPE_CHECKING:
    from portal.practice.models import Clinic, User

log = logging.getLogger(__name__)


class ChainBroken(Exception):
    """The audit trail was changed from outside: an event does not match the one before it, or is missing."""


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
    head, _new = AuditHead.objects.get_or_create(clinic=clinic)
    event = AuditEvent(
        clinic=clinic,
        sequence=head.sequence + 1,
        at=at.astimezone(UTC),
        actor=by,
        actor_kind="user" if by else "client" if client_acted else "system",
        action=action,
        subject_type=subject._meta.model_name or "",
        subject_id=subject.pk,
        facts={name: plain(value) for name, value in facts.items()},
        previous_hash=head.hash,
    )
    event.hash = digest(event)
    event.save(force_insert=True)
    AuditHead.objects.filter(pk=clinic.pk).update(sequence=event.sequence, hash=event.hash)
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
    known = _head_of(clinic)
    before, count = "", 0
    for event in AuditEvent.objects.filter(clinic=clinic).order_by("sequence").iterator():
        fits = event.sequence == count + 1 and event.previous_hash == before and event.hash == digest(event)
        if not fits or (event.sequence == known.sequence and event.hash != known.hash):
            raise ChainBroken(f"event {event.sequence} does not fit")
        before, count = event.hash, count + 1
    if count < known.sequence:
        raise ChainBroken(f"events after {count} are missing")
    # Others may have recorded more while we walked; what nobody recorded is beyond the end.
    if count > _head_of(clinic).sequence:
        raise ChainBroken(f"event {count} was not recorded")
    return count


def _head_of(clinic: "Clinic") -> AuditHead:
    return AuditHead.objects.filter(clinic=clinic).first() or AuditHead(clinic=clinic)


def check_chains(*, at: datetime) -> None:
    """Walk every clinic's chain and note what was found; a broken one is an error in the log."""
    with scopes_disabled():  # it looks after every clinic
        clinics = [head.clinic for head in AuditHead.objects.select_related("clinic").order_by("pk")]
    for clinic in clinics:
        with scope(clinic=clinic):
            try:
                verify(clinic)
            except ChainBroken as found:
                log.error("the audit trail of clinic %s is broken: %s", clinic.pk, found)  # noqa: TRY400  no stack is wanted
                whole = False
            else:
                whole = True
            AuditHead.objects.filter(pk=clinic.pk).update(checked_at=at, found_whole=whole)


def last_check(clinic: "Clinic") -> tuple[datetime | None, bool]:
    """When the clinic's chain was last checked, and whether it was whole."""
    head = _head_of(clinic)
    return head.checked_at, bool(head.found_whole)
