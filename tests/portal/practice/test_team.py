"""Who joins, who leaves, who may do what."""

from io import StringIO
from threading import Thread
from time import sleep

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django_scopes import scope

from portal.audit.models import AuditEvent
from portal.audit.services import record
from portal.practice.models import Clinic, Membership, PasswordReset, User
from portal.practice.services import (
    AlreadyLeft,
    EmailTaken,
    LastOwner,
    change_role,
    end_membership,
    invite_member,
    send_password_resets,
)
from tests.factories import NOON, ClinicFactory, MembershipFactory, UserFactory


def invite(clinic, owner, email="new@example.org"):
    return invite_member(
        clinic=clinic, full_name="New Person", email=email, role="practitioner", by=owner.user, at=NOON
    )


def trail():
    return list(AuditEvent.objects.order_by("sequence").values_list("action", flat=True))


def test_somebody_invited_gets_a_link_and_no_password(clinic, owner):
    member = invite(clinic, owner, " New@Example.org ")
    user = member.user
    assert (user.email, user.full_name, member.role, user.has_usable_password()) == (
        "new@example.org",
        "New Person",
        "practitioner",
        False,
    )
    assert send_password_resets(at=NOON) == 1
    assert ([m.to for m in mail.outbox], trail()) == ([["new@example.org"]], ["membership.invited"])


@pytest.mark.parametrize(
    "make", [MembershipFactory, lambda user__email: UserFactory(email=user__email, is_active=False)]
)
def test_an_email_in_use_cannot_be_invited(clinic, owner, make):
    make(user__email="taken@example.org")
    with pytest.raises(EmailTaken):
        invite(clinic, owner, "TAKEN@example.org")
    assert (PasswordReset.objects.count(), trail()) == (0, [])


@pytest.mark.django_db(transaction=True)
def test_two_who_invite_one_person_at_once_are_both_answered():
    owner, said = MembershipFactory(role="owner"), []

    def second():
        try:
            with scope(clinic=owner.clinic):
                invite(owner.clinic, owner)
        except EmailTaken:
            said.append("taken")
        finally:
            connection.close()

    other = Thread(target=second)
    with scope(clinic=owner.clinic), transaction.atomic():
        invite(owner.clinic, owner)
        other.start()
        sleep(0.5)  # the other one has looked, and waits for what we do
    other.join()
    with scope(clinic=owner.clinic):
        assert (said, User.objects.filter(email="new@example.org").count(), trail()) == (
            ["taken"],
            1,
            ["membership.invited"],
        )


def test_somebody_who_left_can_come_back(clinic, owner, practitioner):
    end_membership(membership=practitioner, by=owner.user, at=NOON)
    again = invite(clinic, owner, practitioner.user.email)
    assert (again.user, User.objects.filter(email=practitioner.user.email).count()) == (practitioner.user, 1)


def test_the_last_owner_stays_an_owner(clinic, owner, practitioner):
    with pytest.raises(LastOwner):
        end_membership(membership=owner, by=owner.user, at=NOON)
    with pytest.raises(LastOwner):
        change_role(membership=owner, role="practitioner", by=owner.user, at=NOON)
    MembershipFactory(clinic=clinic, role="owner")
    change_role(membership=owner, role="practitioner", by=owner.user, at=NOON)
    owner.refresh_from_db()
    assert (owner.role, trail()) == ("practitioner", ["membership.role_changed"])


def test_an_owner_who_left_and_another_clinics_owner_do_not_count(clinic, owner):
    MembershipFactory(clinic=clinic, role="owner", ended_at=NOON)
    MembershipFactory(role="owner")
    with pytest.raises(LastOwner):
        end_membership(membership=owner, by=owner.user, at=NOON)


def test_nobody_leaves_twice(owner, practitioner):
    end_membership(membership=practitioner, by=owner.user, at=NOON)
    with pytest.raises(AlreadyLeft):
        end_membership(membership=practitioner, by=owner.user, at=NOON)
    with pytest.raises(AlreadyLeft):
        change_role(membership=practitioner, role="owner", by=owner.user, at=NOON)
    assert trail() == ["membership.ended"]


COMMAND = {
    "name": "Harbour Skin",
    "country": "GB",
    "phone": "+44 20 7946 0000",
    "owner_name": "Ada Owner",
    "owner_email": "Ada@Example.org",
}


def create(**changes):
    out = StringIO()
    call_command("create_clinic", **(COMMAND | changes), stdout=out)
    return out.getvalue()


def test_a_clinic_is_created_with_its_owner(db):
    assert "Harbour Skin is set up" in create()
    clinic = Clinic.objects.get()
    with scope(clinic=clinic):
        owner = Membership.objects.get()
        assert (owner.user.email, owner.role, clinic.time_zone) == ("ada@example.org", "owner", "Europe/London")
        assert trail() == ["clinic.created", "membership.invited"]
    assert send_password_resets(at=NOON) in {0, 1}
    assert [message.to for message in mail.outbox] == [["ada@example.org"]]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "There is a clinic of this name already."),
        ({"name": "Another Clinic"}, "Somebody already signs in with this email"),
        ({"name": "West", "owner_email": "b@example.org", "country": "US"}, "several time zones"),
        ({"name": "West", "owner_email": "b@example.org", "time_zone": "Mars"}, "Choose a time zone"),
        ({"name": "West", "owner_email": "nonsense"}, "email address"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence_and_leaves_nothing(db, changes, sentence):
    create()
    with pytest.raises(CommandError, match=sentence):
        create(**changes)
    assert (Clinic.objects.count(), User.objects.count()) == (1, 1)


def test_the_audit_command_says_which_clinics_trail_is_broken(clinic, monkeypatch):
    other = ClinicFactory(name="Whole")
    record(clinic=clinic, action="clinic.changed", subject=clinic, at=NOON)
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert out.getvalue() == f"{clinic.name}: unbroken, 1 events\nWhole: unbroken, 0 events\n"
    monkeypatch.setattr("portal.audit.services.digest", lambda _: "0" * 64)
    with pytest.raises(CommandError, match="1 audit trail"):
        call_command("verify_audit", stdout=out)
    assert (f"{clinic.name}: BROKEN" in out.getvalue(), other.name in out.getvalue()) == (True, True)
