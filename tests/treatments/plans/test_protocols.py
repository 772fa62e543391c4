"""A clinic's protocols as dated versions: the portal's defaults until it writes its own."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError

from portal.models import AuditEvent
from portal.security.refusals import Refused
from tests.factories import NOON, CertificateFactory, ClientFactory, ClinicFactory, ProtocolFactory
from treatments.models import Plan, Protocol
from treatments.plans import services
from treatments.plans.guidance import ZoneDepth
from treatments.plans.rules import range_problem, ranges_of
from treatments.plans.services.protocols import protocol_in_force
from treatments.plans.terms import Aftercare, Indication
from treatments.products.terms import Zone


def begun(clinic, owner, indication="acne_scars"):
    return services.begin_protocol(clinic=clinic, indication=indication, by=owner.user, at=NOON)


def changed(draft, owner, **said):
    seen = services.fingerprint_of(draft)
    said = services.said_by(draft) | said
    return services.change_protocol(protocol=draft, seen=seen, said=said, by=owner.user, at=NOON)


def published(draft, owner, reason="Our own"):
    seen = services.fingerprint_of(draft)
    return services.publish_protocol(protocol=draft, seen=seen, reason=reason, by=owner.user, at=NOON)


def test_the_default_says_what_clinical_md_says_for_every_indication():
    _version, protocols = services.shipped()
    course = {
        name: (one["sessions_planned"], one["interval_days"], one["least_days"]) for name, one in protocols.items()
    }
    monthly = {"acne_scars": (4, 30, 28), "lines": (4, 30, 28), "pores": (4, 30, 28), "pigment": (3, 30, 28)}
    assert course == monthly | {"stretch_marks": (3, 30, 28), "scalp": (4, 28, 28), "maintenance": (2, 183, 28)}
    assert {(one["passes_least"], one["passes_most"]) for one in protocols.values()} == {(2, 3)}
    assert list(protocols) == list(Indication.values)


def test_every_default_is_attributed_and_can_be_planned():
    for said in services.shipped()[1].values():
        assert "[" in said["source"]
        assert set(said["zones"]) <= set(Zone.values)
        assert [range_problem(pair) for pair in ranges_of(said["zones"]).values() if range_problem(pair)] == []
        assert set(said["aftercare"]) <= set(Aftercare.values)


def test_until_a_plan_begins_from_it_the_default_is_not_written_down(clinic):
    protocol = services.protocol_for("pigment")
    assert (protocol.pk, protocol.number, protocol.endpoint) == (
        None,
        1,
        "Red skin, with no or only occasional pinpoints.",
    )
    first = protocol_in_force(clinic=clinic, indication="pigment", at=NOON)
    second = protocol_in_force(clinic=clinic, indication="pigment", at=NOON)
    assert (first.pk, Protocol.objects.count()) == (second.pk, 1)


def test_a_newer_default_is_taken_unless_the_clinic_wrote_its_own(clinic, owner):
    old = ProtocolFactory(clinic=clinic, shipped="2020-01-01", published_at=NOON, number=1)
    newer = protocol_in_force(clinic=clinic, indication="acne_scars", at=NOON)
    assert (newer.number, newer.shipped) == (2, services.shipped()[0])
    own = published(changed(begun(clinic, owner), owner, sessions_planned=5), owner)
    assert services.protocol_for("acne_scars") == own
    assert (own.number, own.shipped, old.number) == (3, "", 1)


def test_a_version_is_begun_changed_and_published_and_each_is_audited(clinic, owner):
    draft = begun(clinic, owner)
    assert services.protocol_for("acne_scars").sessions_planned == 4
    own = published(changed(draft, owner, sessions_planned=6, least_days=21), owner)
    assert (own.sessions_planned, own.least_days, own.published_by) == (6, 21, owner.user)
    actions = list(AuditEvent.objects.order_by("sequence").values_list("action", flat=True))
    assert actions == ["protocol.default_taken", "protocol.begun", "protocol.changed", "protocol.published"]


def test_what_cannot_be_done_to_a_draft_is_refused_with_a_sentence(clinic, owner):
    draft = begun(clinic, owner)
    with pytest.raises(Refused, match="already being written"):
        begun(clinic, owner)
    with pytest.raises(Refused, match="says what is in force already"):
        published(draft, owner)
    with pytest.raises(Refused, match="Write why the protocol changes"):
        published(draft, owner, reason=" ")
    seen = services.fingerprint_of(draft)
    changed(draft, owner, interval_days=42)
    with pytest.raises(Refused, match="Somebody else has changed this draft"):
        services.publish_protocol(protocol=draft, seen=seen, reason="x", by=owner.user, at=NOON)
    services.discard_protocol(protocol=draft, by=owner.user, at=NOON)
    with pytest.raises(Refused, match="no longer a draft"):
        services.discard_protocol(protocol=draft, by=owner.user, at=NOON)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"least_days": 31}, "cannot be more than what is recommended"),
        ({"passes_least": 4}, "cannot be less than the least"),
        ({"zones": {}}, "at least one zone"),
        ({"zones": {"nose": ["0.50", "0.30"]}}, "Nose: The least depth is more than the greatest."),
        ({"zones": {"nose": ["0.10", "0.30"]}}, "Nose: The needle depth must be from 0.2 to 2.5 mm."),
    ],
)
def test_a_protocol_that_cannot_be_is_refused(clinic, owner, said, words):
    draft = begun(clinic, owner)
    with pytest.raises(Refused, match=words):
        changed(draft, owner, **said)


@pytest.mark.parametrize(
    "change", ["sessions_planned = 9", "published_at = NULL", "endpoint = 'x'", "zones = '{}'", "number = 9"]
)
def test_the_database_refuses_to_change_or_delete_a_published_protocol(clinic, change):
    protocol = ProtocolFactory(clinic=clinic, shipped="x", published_at=NOON)
    for statement in (f"UPDATE treatments_protocol SET {change}", "DELETE FROM treatments_protocol"):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"{statement} WHERE id = %s", [protocol.pk])


@pytest.mark.parametrize(
    "change",
    [
        "sessions_planned = 13",
        "interval_days = 6",
        "least_days = NULL",
        "least_days = 31",
        "passes_least = 4",
        "passes_most = NULL",
        "passes_most = 7",
        "indication = 'nose'",
        "published_at = '2026-06-01 00:00:00+00:00'",
    ],
)
def test_the_database_refuses_an_odd_draft(clinic, change):
    draft = ProtocolFactory(clinic=clinic)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE treatments_protocol SET {change} WHERE id = %s", [draft.pk])


def test_a_plan_keeps_the_version_it_began_from(clinic, owner):
    CertificateFactory(membership=owner)
    facts = {"client": ClientFactory(clinic=clinic), "practitioner": owner, "goals": ["acne_scars"]}
    facts |= {"zones": [ZoneDepth("cheeks", Decimal("1.00"))], "by": owner.user, "at": NOON}
    plan = services.open_plan(**facts, indication="acne_scars", protocol_number=1, least_days=28)
    published(changed(begun(clinic, owner), owner, sessions_planned=6), owner)
    assert (Plan.objects.get().protocol.number, plan.protocol.sessions_planned) == (1, 4)
    with pytest.raises(Refused, match="newer version than the one this page was filled from"):
        services.open_plan(**facts, indication="acne_scars", protocol_number=1)


def test_another_clinics_protocol_is_never_in_force_here(clinic):
    ProtocolFactory(clinic=ClinicFactory(), shipped="", reason="x", sessions_planned=9, number=1)
    assert services.protocol_for("acne_scars").sessions_planned == 4
