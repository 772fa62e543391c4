"""The one version that is being written: begun, changed by one step at a time, discarded."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from portal.audit.services import record
from treatments.care.models import CareVersion
from treatments.care.schedule import CareSchedule, CareStep, fingerprint, read, snapshot
from treatments.care.services import editing
from treatments.care.services.refusals import DraftExists, DraftMoved, NoDraft
from treatments.care.services.simple import with_simple_words
from treatments.care.services.versions import schedule_of, shipped_schedule, version_in_force

if TYPE_CHECKING:
    from portal.practice.models import Clinic, User


@transaction.atomic
def begin_version(*, clinic: "Clinic", by: "User", at: datetime) -> CareVersion:
    """A draft that says what is in force. Raises DraftExists."""
    content = snapshot(schedule_of(version_in_force(clinic=clinic, at=at)))
    try:
        with transaction.atomic():
            version = CareVersion.objects.create(
                clinic=clinic,
                number=next_number(),
                content=content,
                fingerprint=fingerprint(content),
                begun_at=at,
                begun_by=by,
            )
    except IntegrityError as clash:
        raise DraftExists from clash
    record(clinic=clinic, action="careversion.begun", subject=version, at=at, by=by, number=version.number)
    return version


@transaction.atomic
def change_step(
    *, version: CareVersion, seen: str, step: CareStep, by: "User", at: datetime, verb: str = "step_changed"
) -> None:
    """This step in place of the one with its key. `seen` is the fingerprint of the draft that was on the page.

    Raises NoDraft, DraftMoved, NoSuchStep, NotToBeUsed.
    """
    draft = held_draft(version, seen)
    _keep(draft, editing.edited(read(draft.content), step), verb, by, at, step=step.key)


@transaction.atomic
def add_step(*, version: CareVersion, seen: str, step: CareStep, by: "User", at: datetime) -> str:
    """A step of the clinic's own; its key, whatever key was given. Raises NoDraft, DraftMoved, NotToBeUsed."""
    draft = held_draft(version, seen)
    before = read(draft.content)
    after = editing.with_new(before, with_simple_words(step), _keys_ever_used())
    (key,) = {one.key for one in after.steps} - {one.key for one in before.steps}
    _keep(draft, after, "step_added", by, at, step=key)
    return key


@transaction.atomic
def remove_step(*, version: CareVersion, seen: str, key: str, by: "User", at: datetime) -> None:
    """It no longer follows a session. Raises NoDraft, DraftMoved, NoSuchStep, NotToBeUsed."""
    draft = held_draft(version, seen)
    _keep(draft, editing.without(read(draft.content), key), "step_removed", by, at, step=key)


@transaction.atomic
def restore_step(*, version: CareVersion, seen: str, key: str, by: "User", at: datetime) -> None:
    """As the portal's default has it. Raises NoDraft, DraftMoved, NoSuchStep, NotToBeUsed."""
    draft = held_draft(version, seen)
    _keep(draft, editing.restored(read(draft.content), key), "step_restored", by, at, step=key)


@transaction.atomic
def discard_version(*, version: CareVersion, by: "User", at: datetime) -> None:
    """The draft goes; what is in force stays. Raises NoDraft."""
    draft = CareVersion.objects.drafts().select_for_update().filter(pk=version.pk).first()
    if draft is None:
        raise NoDraft
    facts: dict[str, Any] = {"number": draft.number, "fingerprint": draft.fingerprint}
    record(clinic=draft.clinic, action="careversion.discarded", subject=draft, at=at, by=by, **facts)
    draft.delete()


def held_draft(version: CareVersion, seen: str) -> CareVersion:
    """The draft, locked, if it is still as it was seen. Raises NoDraft, DraftMoved."""
    draft = CareVersion.objects.drafts().select_for_update().filter(pk=version.pk).first()
    if draft is None:
        raise NoDraft
    if draft.fingerprint != seen:
        raise DraftMoved
    return draft


def next_number() -> int:
    """The number after every version the clinic has."""
    return (CareVersion.objects.aggregate(Max("number"))["number__max"] or 0) + 1


def left_out(schedule: CareSchedule) -> list[CareStep]:
    """The default's steps that are not in here."""
    return [step for step in shipped_schedule().steps if schedule.step(step.key) is None]


def _keep(draft: CareVersion, schedule: CareSchedule, verb: str, by: "User", at: datetime, **facts: Any) -> None:
    content = snapshot(schedule)
    same = CareVersion.objects.drafts().filter(pk=draft.pk, fingerprint=draft.fingerprint)
    if not same.update(content=content, fingerprint=fingerprint(content)):
        raise DraftMoved
    record(clinic=draft.clinic, action=f"careversion.{verb}", subject=draft, at=at, by=by, **facts)


def _keys_ever_used() -> set[str]:
    """A key means one step for good, also in what was sent under an older version."""
    known = [shipped_schedule(), *(schedule_of(version) for version in CareVersion.objects.published())]
    return {step.key for schedule in known for step in schedule.steps}
