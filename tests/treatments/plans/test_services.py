from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from portal.models import AuditEvent
from portal.security.refusals import Refused
from tests.factories import (
    NOON,
    CertificateFactory,
    ClientFactory,
    ClinicFactory,
    MembershipFactory,
    PlanFactory,
    PlanZoneFactory,
    SessionFactory,
)
from treatments.models import Plan, PlanZone
from treatments.plans.guidance import ZoneDepth
from treatments.plans.services import change_plan, open_plan, stop_plan

CHEEKS = [ZoneDepth("cheeks", Decimal("1.00"))]


@pytest.fixture
def certified(practitioner):
    CertificateFactory(membership=practitioner, max_depth_mm=Decimal("1.80"))
    return practitioner


def open_one(member, client, **changed):
    facts = {"zones": CHEEKS, "goals": ["texture"], "by": member.user, "at": NOON} | changed
    return open_plan(**{"client": client, "practitioner": member} | facts)


def change_one(plan, member, **changed):
    facts = {"zones": CHEEKS, "goals": ["pores"], "sessions_planned": 4, "interval_days": 28}
    more = {"device_kind": "mechanical", "topical_anaesthetic": False, "notes": "", "by": member.user, "at": NOON}
    return change_plan(**{"plan": plan, "practitioner": member} | facts | more | changed)


def stored(plan):
    return [(row.zone, row.depth_mm, row.reason) for row in PlanZone.objects.filter(plan=plan).order_by("pk")]


def actions():
    return list(AuditEvent.objects.order_by("sequence").values_list("action", flat=True))


def test_a_plan_is_drafted_with_its_zones_and_audited(certified, clinic):
    zones = [*CHEEKS, ZoneDepth("chin", Decimal("1.60"), " deep scars ")]
    plan = open_one(certified, ClientFactory(clinic=clinic), zones=zones)
    assert (plan.state, plan.interval_days, plan.sessions_planned) == ("drafted", 28, 4)
    assert stored(plan) == [("cheeks", Decimal("1.00"), ""), ("chin", Decimal("1.60"), "deep scars")]
    assert actions() == ["plan.opened"]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"zones": []}, "Write the needle depth of at least one zone."),
        ({"zones": CHEEKS * 2}, "Cheeks is listed twice."),
        ({"zones": [ZoneDepth("nose", Decimal("2.51"), "x")]}, "Nose: The needle depth must be from 0.2 to 2.5 mm."),
        (
            {"zones": [ZoneDepth("nose", Decimal("1.81"), "x")]},
            "Nose: The practitioner's certificate allows at most 1.8 mm.",
        ),
        ({"zones": [ZoneDepth("nose", Decimal("1.51"))]}, "Nose: Say why this zone needs more than 1.5 mm."),
        (
            {"device_kind": "rf"},
            "Ada Ray has no valid certificate for radio-frequency needling on 1 Jun 2026. "
            "Add one under Clinic, or choose another practitioner.",
        ),
    ],
)
def test_what_must_not_be_planned_is_refused_and_nothing_written(certified, clinic, changed, words):
    certified.user.full_name = "Ada Ray"
    with pytest.raises(Refused) as refusal:
        open_one(certified, ClientFactory(clinic=clinic), **changed)
    assert (str(refusal.value), Plan.objects.count(), actions()) == (words, 0, [])


@pytest.mark.parametrize("days", [(date(2025, 1, 1), date(2026, 5, 31)), (date(2026, 6, 2), date(2030, 1, 1))])
def test_a_certificate_that_is_over_or_not_yet_issued_does_not_count(practitioner, clinic, days):
    CertificateFactory(membership=practitioner, issued_on=days[0], expires_on=days[1])
    with pytest.raises(Refused, match="has no valid certificate for needling on 1 Jun 2026"):
        open_one(practitioner, ClientFactory(clinic=clinic))


def test_an_archived_client_and_another_clinics_practitioner_are_refused(certified, clinic):
    with pytest.raises(Refused, match="archived"):
        open_one(certified, ClientFactory(clinic=clinic, archived_at=NOON))
    foreign = MembershipFactory(clinic=ClinicFactory())
    with pytest.raises(Refused, match="must both belong to this clinic"):
        open_one(certified, ClientFactory(clinic=clinic), practitioner=foreign)
    assert Plan.objects.count() == 0


def test_a_running_plan_is_changed_with_its_zones(certified, clinic):
    plan = PlanZoneFactory(plan__client__clinic=clinic, plan__state="active", zone="neck").plan
    change_one(plan, certified, sessions_planned=6)
    plan.refresh_from_db()
    assert (plan.sessions_planned, plan.goals, plan.state) == (6, ["pores"], "active")
    assert (stored(plan), actions()) == ([("cheeks", Decimal("1.00"), "")], ["plan.changed"])


@pytest.mark.parametrize("state", ["stopped", "completed"])
def test_a_plan_that_is_over_is_neither_changed_nor_stopped(certified, clinic, state):
    plan = PlanFactory(client__clinic=clinic, state=state)
    with pytest.raises(Refused, match="Make a new plan instead"):
        change_one(plan, certified)
    with pytest.raises(Refused, match="Make a new plan instead"):
        stop_plan(plan=plan, reason="x", by=certified.user, at=NOON)


def test_fewer_sessions_than_are_booked_are_refused(certified, clinic):
    plan = PlanFactory(client__clinic=clinic)
    SessionFactory(plan=plan, number=3)
    with pytest.raises(Refused, match="More sessions than that are booked or done already"):
        change_one(plan, certified, sessions_planned=2)


def test_a_plan_is_stopped_with_its_reason(certified, clinic):
    plan = PlanFactory(client__clinic=clinic)
    with pytest.raises(Refused, match="Write the reason"):
        stop_plan(plan=plan, reason=" ", by=certified.user, at=NOON)
    session = SessionFactory(plan=plan)
    with pytest.raises(Refused, match="booked or under way"):
        stop_plan(plan=plan, reason="Moved away", by=certified.user, at=NOON)
    type(session).objects.filter(pk=session.pk).update(state="cancelled", cancel_reason="Has a cold")
    stop_plan(plan=plan, reason="Moved away", by=certified.user, at=NOON)
    plan.refresh_from_db()
    assert (plan.state, plan.stop_reason, actions()) == ("stopped", "Moved away", ["plan.stopped"])


@pytest.mark.parametrize("change", ["depth_mm = 2.51", "depth_mm = 0.19", "depth_mm = 1.51", "zone = 'nose'"])
def test_the_database_refuses_odd_zones(clinic, change):
    row = PlanZoneFactory(plan__client__clinic=clinic)
    PlanZoneFactory(plan=row.plan, zone="nose")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE treatments_planzone SET {change} WHERE id = %s", [row.pk])


@pytest.mark.parametrize("change", ["sessions_planned = 0", "sessions_planned = 13", "interval_days = 6"])
def test_the_database_refuses_odd_plans(clinic, change):
    plan = PlanFactory(client__clinic=clinic)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE treatments_plan SET {change} WHERE id = %s", [plan.pk])
