"""Whoever locks a clinic and a person takes the clinic first: otherwise two of them could wait for each other."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.practice.models import User
from portal.practice.services import choose_password, end_membership, invite_member
from tests.factories import NOON, MembershipFactory, UserFactory

LOCK = '"portal_clinic" WHERE "portal_clinic"."id" = '
PERSON = ('UPDATE "portal_user"', 'FROM "portal_user" WHERE')


def leave(clinic):
    owner, member = MembershipFactory(clinic=clinic, role="owner"), MembershipFactory(clinic=clinic)
    return lambda: end_membership(membership=member, by=owner.user, at=NOON)


def invite(clinic):
    said = {"full_name": "Ann", "email": UserFactory().email, "role": "owner"}
    return lambda: invite_member(clinic=clinic, by=None, at=NOON, **said)


def choose(clinic):
    person = User.objects.get(pk=MembershipFactory(clinic=clinic).user_id)
    return lambda: choose_password(user=person, password="another-long-password", at=NOON)


@pytest.mark.parametrize("verb", [leave, invite, choose])
def test_the_clinic_is_locked_before_the_person(clinic, verb):
    act = verb(clinic)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        act()
    said = [query["sql"] for query in asked]
    clinic_at = next(n for n, sql in enumerate(said) if LOCK in sql)
    person_at = next(n for n, sql in enumerate(said) if any(words in sql for words in PERSON))
    assert clinic_at < person_at
