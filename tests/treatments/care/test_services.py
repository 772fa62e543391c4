"""Which care schedule a clinic has."""

import pytest
from django.db import DatabaseError, transaction

from tests.factories import NOON, CareVersionFactory, UserFactory
from treatments.care.models import CareVersion
from treatments.care.schedule import OddSchedule, fingerprint, read, snapshot
from treatments.care.services import schedule_of, shipped, shipped_schedule, version_in_force

KEYS = ["aftercare", "day_1", "day_3", "day_7", "day_14", "week_4", "week_6", "month_3", "month_6"]


def test_the_default_has_the_steps_of_the_clinical_page():
    assert [step.key for step in shipped_schedule().steps] == KEYS
    assert [step.key for step in shipped_schedule().steps if step.conditional] == ["day_14"]
    assert {step.key: step.window_days for step in shipped_schedule().steps if step.window_days} == {
        "week_4": (28, 42),
        "week_6": (28, 42),
    }


def test_a_snapshot_says_the_same_schedule():
    assert read(snapshot(shipped_schedule())) == shipped_schedule()


def test_a_clinic_without_a_schedule_of_its_own_takes_the_default_once(clinic):
    first, again = (version_in_force(clinic=clinic, at=NOON) for _ in range(2))
    assert (first, first.shipped, CareVersion.objects.count()) == (again, shipped()[0], 1)
    assert schedule_of(first) == shipped_schedule()


def test_a_newer_default_is_taken_by_who_has_none_of_their_own(clinic):
    CareVersionFactory(clinic=clinic, shipped="2020-01-01.1", published_at=NOON, number=1)
    assert (version_in_force(clinic=clinic, at=NOON).number, CareVersion.objects.count()) == (2, 2)


def test_a_clinics_own_schedule_is_not_replaced_by_a_default(clinic):
    own = {"reason": "We call.", "published_by": UserFactory(), "published_at": NOON}
    version = CareVersionFactory(clinic=clinic, **own)
    assert version_in_force(clinic=clinic, at=NOON) == version


@pytest.mark.parametrize("act", [lambda rows: rows.update(content={}), lambda rows: rows.delete()])
def test_the_database_refuses_to_change_a_published_schedule(clinic, act):
    version = version_in_force(clinic=clinic, at=NOON)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        act(CareVersion.objects.filter(pk=version.pk))
    assert fingerprint(CareVersion.objects.get().content) == version.fingerprint


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"key": "Week 4"}, "small letters"),
        ({"after_hours": 0}, "from one hour to two years"),
        ({"window_days": [42, 28]}, "first day is before its last"),
        ({"window_days": [1, 3]}, "its day lies in its window"),
        ({"after_hours": 5, "hour": "10:00"}, "at least one day"),
    ],
)
def test_a_step_that_cannot_be_is_refused_by_name(wrong, why):
    step = {"key": "week_4", "title": "Week 4", "after_hours": 672, "send_within_hours": 24, "asks": "results"}
    with pytest.raises(OddSchedule, match=why):
        read({"steps": [step | wrong]})
