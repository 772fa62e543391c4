"""A draft becomes what the clinic's sessions begin with from now on."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from portal.audit.services import record
from treatments.care.models import CareVersion
from treatments.care.schedule import read, snapshot
from treatments.care.services.drafts import held_draft, next_number
from treatments.care.services.editing import checked
from treatments.care.services.refusals import DraftMoved, NothingChanges, PublishReasonNeeded
from treatments.care.services.versions import schedule_of, version_in_force

if TYPE_CHECKING:
    from portal.practice.models import User


@transaction.atomic
def publish_version(*, version: CareVersion, seen: str, reason: str, by: "User", at: datetime) -> CareVersion:
    """Sessions that end from now on begin with it; running courses keep theirs. The version as it is published.

    Raises NoDraft, DraftMoved, PublishReasonNeeded, NothingChanges, NotToBeUsed.
    """
    reason = reason.strip()
    if not reason:
        raise PublishReasonNeeded
    draft = held_draft(version, seen)
    before = version_in_force(clinic=draft.clinic, at=at)
    schedule = checked(read(draft.content).steps)
    if snapshot(schedule) == snapshot(schedule_of(before)):
        raise NothingChanges
    # A newer default may have been taken since the draft was begun: the newest number is what is in force.
    number = draft.number if draft.number > before.number else next_number()
    written = {"number": number, "reason": reason, "published_at": at, "published_by": by}
    if not CareVersion.objects.drafts().filter(pk=draft.pk, fingerprint=seen).update(**written):
        raise DraftMoved
    facts: dict[str, Any] = {"number": number, "fingerprint": seen}
    record(clinic=draft.clinic, action="careversion.published", subject=draft, at=at, by=by, **facts)
    draft.refresh_from_db()
    return draft
