"""One unbroken chain for each clinic."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from threading import Thread

import pytest
from django.db import connection, transaction
from django_scopes import scope
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.audit.models import AuditEvent
from portal.audit.services import ChainBroken, check_chains, digest, last_check, plain, record, verify
from tests.factories import NOON, CertificateFactory, ClinicFactory, MembershipFactory

FIELDS = ("actor_kind", "action", "subject_type", "subject_id", "facts", "previous_hash", "hash", "sequence", "at")
FORGED = {
    "actor_kind": "client",
    "action": "clinic.forged",
    "subject_type": "user",
    "subject_id": 999_999,
    "facts": {"fields": ["forged"]},
    "previous_hash": "f" * 64,
    "hash": "f" * 64,
    "sequence": 77,
    "at": NOON + timedelta(seconds=1),
}


def tampered(monkeypatch, place, **changes):
    """What verify() would read if somebody had got past the triggers."""
    read = AuditEvent.from_db.__func__

    def from_db(cls, db, names, values):
        event = read(cls, db, names, values)
        if event.sequence == place:
            for name, value in changes.items():
                setattr(event, name, value)
        return event

    monkeypatch.setattr(AuditEvent, "from_db", classmethod(from_db))


def test_an_empty_chain_is_whole(clinic):
    assert verify(clinic) == 0


def test_events_are_numbered_and_chained(clinic, owner):
    first = record(clinic=clinic, action="clinic.changed", subject=clinic, at=NOON, by=owner.user, fields=["phone"])
    second = record(clinic=clinic, action="clinic.changed", subject=clinic, at=NOON, client_acted=True)
    told = [(e.sequence, e.actor_id, e.actor_kind, e.facts, e.previous_hash) for e in (first, second)]
    assert told == [
        (1, owner.user_id, "user", {"fields": ["phone"]}, ""),
        (2, None, "client", {}, first.hash),
    ]
    assert verify(clinic) == 2


@pytest.mark.parametrize("field", FIELDS)
def test_any_change_to_any_event_is_found(clinic, monkeypatch, field):
    for _ in range(3):
        record(clinic=clinic, action="clinic.changed", subject=clinic, at=NOON)
    tampered(monkeypatch, 2, **{field: FORGED[field]})
    with pytest.raises(ChainBroken):
        verify(clinic)


def test_a_missing_event_is_found(clinic, monkeypatch):
    for _ in range(3):
        record(clinic=clinic, action="clinic.changed", subject=clinic, at=NOON)
    iterator = AuditEvent.objects.get_queryset().__class__.iterator
    monkeypatch.setattr(
        AuditEvent.objects.get_queryset().__class__,
        "iterator",
        lambda self, **kwargs: (event for event in iterator(self, **kwargs) if event.sequence != 2),
    )
    with pytest.raises(ChainBroken):
        verify(clinic)


@pytest.mark.parametrize("left", [0, 2])
def test_events_cut_off_the_end_are_found(clinic, monkeypatch, left):
    for _ in range(3):
        record(clinic=clinic, action="clinic.changed", subject=clinic, at=NOON)
    iterator = AuditEvent.objects.get_queryset().__class__.iterator
    monkeypatch.setattr(
        AuditEvent.objects.get_queryset().__class__,
        "iterator",
        lambda self, **kwargs: (event for event in iterator(self, **kwargs) if event.sequence <= left),
    )
    with pytest.raises(ChainBroken, match=f"events after {left} are missing"):
        verify(clinic)


def test_an_event_put_at_the_end_from_outside_is_found(clinic):
    first = record(clinic=clinic, action="clinic.changed", subject=clinic, at=NOON)
    forged = AuditEvent.objects.get(pk=first.pk)
    forged.pk, forged.sequence, forged.previous_hash = None, 2, first.hash
    forged.hash = digest(forged)
    forged.save(force_insert=True)
    with pytest.raises(ChainBroken, match="event 2 was not recorded"):
        verify(clinic)


def test_the_daily_check_notes_what_it_found_and_says_an_error(clinic, monkeypatch, caplog):
    other = ClinicFactory()
    record(clinic=clinic, action="clinic.changed", subject=clinic, at=NOON)
    with scope(clinic=other):
        record(clinic=other, action="clinic.changed", subject=other, at=NOON)
    tampered(monkeypatch, 1, subject_id=FORGED["subject_id"])
    check_chains(at=NOON)
    assert last_check(clinic) == (NOON, False)
    said = [line.getMessage() for line in caplog.records if line.levelname == "ERROR"]
    assert said == [f"the audit trail of clinic {each.pk} is broken: event 1 does not fit" for each in (clinic, other)]
    monkeypatch.undo()
    check_chains(at=NOON)
    assert last_check(clinic) == (NOON, True)


def test_each_clinic_has_its_own_chain(clinic):
    other = ClinicFactory()
    record(clinic=clinic, action="clinic.changed", subject=clinic, at=NOON)
    with scope(clinic=other):
        assert record(clinic=other, action="clinic.changed", subject=other, at=NOON).sequence == 1
        assert verify(other) == 1


def test_the_time_is_kept_as_the_same_instant(clinic):
    paris = NOON.astimezone(timezone(timedelta(hours=2)))
    event = record(clinic=clinic, action="clinic.changed", subject=clinic, at=paris)
    kept = AuditEvent.objects.get(pk=event.pk)
    assert (kept.at, digest(kept)) == (NOON, event.hash)


def test_a_time_without_a_zone_is_refused(clinic):
    with pytest.raises(ValueError, match="time zone"):
        record(clinic=clinic, action="clinic.changed", subject=clinic, at=datetime(2026, 6, 1, 12, 0))  # noqa: DTZ001


def test_what_json_does_not_know_becomes_text():
    facts = [Decimal("1.50"), date(2026, 6, 1), 1e16, True, None, 3, ("a", {"b": 0.5, 4: "c"})]
    assert plain(facts) == ["1.50", "2026-06-01", "1e+16", True, None, 3, ["a", {"b": "0.5", "4": "c"}]]


WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
FACTS = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**18), 10**18) | st.floats() | st.decimals() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)


@given(facts=FACTS, at=st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_recorded_verifies_after_the_round_trip(clinic, facts, at):
    before = verify(clinic)
    record(clinic=clinic, action="clinic.changed", subject=clinic, at=at, facts_of_any_shape=facts)
    assert verify(clinic) == before + 1


def test_an_event_goes_with_the_change_it_tells_of(clinic):
    with transaction.atomic():
        record(clinic=clinic, action="clinic.changed", subject=clinic, at=NOON)
        transaction.set_rollback(True)
    assert verify(clinic) == 0


@pytest.mark.django_db(transaction=True)
def test_many_at_once_make_one_chain_without_forks():
    clinic, faults = ClinicFactory(), []
    owner = MembershipFactory(clinic=clinic)

    def write():
        try:
            with scope(clinic=clinic):
                for _ in range(10):
                    with transaction.atomic():
                        # As real changes do: first a row that points to the clinic, then the event.
                        CertificateFactory(membership=owner)
                        record(clinic=clinic, action="clinic.changed", subject=clinic, at=NOON)
        except Exception as fault:  # noqa: BLE001  a thread's failure has to reach the test
            faults.append(fault)
        finally:
            connection.close()

    writers = [Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    with scope(clinic=clinic):
        assert (faults, verify(clinic)) == ([], 40)
