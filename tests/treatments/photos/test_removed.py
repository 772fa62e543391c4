"""What a photograph says is never changed; a removed one leaves the disk."""

from datetime import timedelta

import pytest
from celery.schedules import crontab
from django.db import IntegrityError, connection, transaction

from tests.factories import NOON, ClientFactory, ClinicFactory, PhotographFactory, SessionFactory
from tests.treatments.photos.test_keeping import files
from treatments.photos import tasks
from treatments.photos.models import Photograph
from treatments.photos.services import delete_removed_files, remove_photograph

LATER = NOON + timedelta(hours=1)
TABLE = "treatments_photograph"
CHANGES = {
    "moment": "follow_up",
    "view": "left",
    "taken_at": NOON - timedelta(days=1),
    "added_at": NOON + timedelta(days=1),
    "added_by": None,
    "file": "other.jpg",
    "thumbnail": "other.jpg",
    "width": 1,
    "height": 1,
    "sha256": "b" * 64,
    "id": 99_999,
}


@pytest.mark.parametrize("field", CHANGES)
def test_what_a_photograph_says_is_never_changed(session, field):
    row = PhotographFactory(session=session, moment="before" if field == "moment" else "follow_up")
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        Photograph.objects.filter(pk=row.pk).update(**{field: CHANGES[field]})


def test_nor_whose_it_is(session):
    row, other = PhotographFactory(session=session), SessionFactory(plan=session.plan)
    for change in ({"session": other}, {"client": ClientFactory(clinic=session.clinic)}, {"clinic": ClinicFactory()}):
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            Photograph.objects.filter(pk=row.pk).update(**change)


def test_a_removal_is_never_taken_back_nor_told_otherwise(session, practitioner):
    said = {"removed_at": NOON, "removed_by": practitioner.user, "removal_reason": "Blurred"}
    row = PhotographFactory(session=session, **said, files_gone_at=NOON)
    back = {"removed_at": None, "removed_by": None, "removal_reason": "", "files_gone_at": None}
    for change in (back, {"removal_reason": "Other"}, {"files_gone_at": LATER}):
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            Photograph.objects.filter(pk=row.pk).update(**change)


def test_sqlite_does_not_replace_one_either(session):
    if connection.vendor != "sqlite":
        pytest.skip("INSERT OR REPLACE is SQLite's")
    row = PhotographFactory(session=session)
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"INSERT OR REPLACE INTO {TABLE} SELECT * FROM {TABLE} WHERE id = {row.pk}")


def test_the_files_of_a_removed_one_leave_the_disk_once_it_is_certain(
    add, settings, django_capture_on_commit_callbacks
):
    kept, stays = add(), add(colour=(1, 2, 3))
    with django_capture_on_commit_callbacks(execute=True):
        remove_photograph(photograph=kept, reason="Blurred", by=kept.added_by, at=LATER)
        assert len(files(settings.MEDIA_ROOT)) == 4
    kept.refresh_from_db()
    assert (kept.files_gone_at, stays.files_gone_at) == (LATER, None)
    left = {stays.file.name, stays.thumbnail.name}
    assert {str(path.relative_to(settings.MEDIA_ROOT)) for path in files(settings.MEDIA_ROOT)} == left


def test_what_a_crash_left_is_deleted_by_the_hour(add, settings, practitioner):
    kept = add()
    remove_photograph(photograph=kept, reason="Blurred", by=practitioner.user, at=LATER)  # and nothing is committed
    assert len(files(settings.MEDIA_ROOT)) == 2
    assert [delete_removed_files(at=LATER) for _time in range(2)] == [1, 0]
    assert files(settings.MEDIA_ROOT) == []


def test_the_worker_looks_by_the_hour(settings):
    planned = {key: settings.CELERY_BEAT_SCHEDULE["removed-photographs"][key] for key in ("task", "schedule")}
    assert planned == {"task": tasks.delete_removed_files.name, "schedule": crontab(minute="23")}
