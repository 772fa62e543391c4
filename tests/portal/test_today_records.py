"""Today: records that wait for a signature."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.today.records import records_to_sign
from tests.factories import NOON, ClientFactory, DeviceFactory, PlanFactory, SessionFactory, SignedRecordFactory

pytestmark = pytest.mark.django_db


def done(clinic, by, name, days_ago, now=NOON):
    ended = now - timedelta(days=days_ago)
    return SessionFactory(
        plan=PlanFactory(client=ClientFactory(clinic=clinic, first_name=name, last_name="Osei")),
        practitioner=by,
        number=1,
        scheduled_for=ended,
        state="completed",
        started_at=ended - timedelta(hours=1),
        ended_at=ended,
        device=DeviceFactory(clinic=clinic),
        cartridge_lot="L1",
    )


def shown(membership):
    block = records_to_sign(NOON, membership.user)
    return [(row.client, row.badge, row.url) for row in block.rows] if block else []


def test_a_practitioner_sees_their_own_records_and_an_owner_everybodys(clinic, practitioner, owner):
    mine, other = done(clinic, practitioner, "Ada", 3), done(clinic, owner, "Bea", 0)
    SignedRecordFactory(session=done(clinic, practitioner, "Cem", 2))
    done(clinic, practitioner, "Dag", 61)  # from before records were signed
    sign = [reverse("admin:treatments_session_sign", args=[one.pk]) for one in (mine, other)]
    assert shown(practitioner) == [("Ada Osei", "Not signed", sign[0])]
    assert shown(owner) == [("Ada Osei", "Not signed", sign[0]), ("Bea Osei", "New", sign[1])]


def test_only_the_longest_waiting_stand_on_today_and_a_link_leads_to_all(clinic, practitioner):
    for days in range(1, 7):
        done(clinic, practitioner, f"Ada{days}", days)
    block = records_to_sign(NOON, practitioner.user)
    assert ([row.client for row in block.rows], block.count, block.more_url.endswith("?record=unsigned")) == (
        ["Ada6 Osei", "Ada5 Osei", "Ada4 Osei", "Ada3 Osei"],
        6,
        True,
    )


def test_the_block_stands_on_today_and_not_for_the_front_desk(clinic, practitioner, front_desk, signed_in):
    done(clinic, practitioner, "Ada", 3, now=timezone.now())
    pages = [signed_in(member).get("/admin/").content.decode() for member in (practitioner, front_desk)]
    assert ["Records to sign" in page for page in pages] == [True, False]


def test_the_list_keeps_those_to_sign_or_those_signed(clinic, practitioner, signed_in):
    done(clinic, practitioner, "Ada", 3)
    SignedRecordFactory(session=done(clinic, practitioner, "Cem", 2))
    for chosen, there, gone in (("unsigned", "Ada Osei", "Cem Osei"), ("signed", "Cem Osei", "Ada Osei")):
        address = f"{reverse('admin:treatments_session_changelist')}?record={chosen}"
        page = signed_in(practitioner).get(address).content.decode()
        assert (there in page, gone in page) == (True, False)
