"""A door that opens only so often counts for all processes, and never fails."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from portal.models import Tries
from portal.security.tries import count_try, forget_tries
from tests.factories import NOON

HOUR = timedelta(hours=1)


def tried(name="photographs:1", at=NOON):
    return count_try(name, within=HOUR, at=at)


def test_each_name_is_counted_for_itself_until_its_time_is_over(db):
    assert [tried(), tried(at=NOON + HOUR / 2), tried("photographs:2")] == [1, 2, 1]
    assert [tried(at=NOON + HOUR), tried(at=NOON + HOUR)] == [1, 2]


def test_a_count_that_runs_out_meanwhile_begins_anew(db):
    tried()
    Tries.objects.all().delete()
    assert tried() == 1


def test_counts_that_have_ended_are_forgotten(db):
    tried()
    tried("photographs:2", at=NOON + HOUR / 2)
    forget_tries(at=NOON + HOUR)
    assert list(Tries.objects.values_list("name", flat=True)) == ["photographs:2"]


@pytest.mark.django_db(transaction=True)
def test_forty_at_once_are_forty():
    def one(_number):
        try:
            return tried()
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(one, range(40))) == list(range(1, 41))
