"""The cartridge of a session: scanned or typed, refused through every door when it must not be used."""

from datetime import date, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from portal.models import AuditEvent
from tests.factories import NOON, ClinicFactory, LotFactory, ProductFactory
from tests.treatments.sessions.conftest import LATER, refusal, start
from tests.treatments.sessions.recorded import serum_of, write
from tests.treatments.sessions.test_completing import complete
from treatments.models import Lot, LotTaken, Session
from treatments.products.services import quarantine_lot
from treatments.sessions.services import cancel_session, correct_end, reopen_session
from treatments.sessions.services.materials import SerumUsed

earlier = import_module("treatments.migrations.0050_earlier_cartridges_were_taken")
GTIN = "09521234543213"
TODAY = LATER.date()


@pytest.fixture
def lot(ready):
    start(ready)
    product = ProductFactory(clinic=ready.clinic, name="Twelve", gtin=GTIN)
    return LotFactory(product=product, number="AB1", expires_on=TODAY, stock=10)


def written():
    session = Session.objects.get()
    return (session.lot, session.cartridge_lot, session.cartridge_gtin, session.cartridge_expires_on)


@pytest.mark.parametrize("text", ["AB1", " ab1 ", f"01{GTIN}1726060110AB1", f"(01){GTIN}(10)AB1"])
def test_a_scanned_or_typed_lot_is_found_and_its_stock_goes_down(ready, lot, text):
    complete(ready, cartridge_lot=text, cartridges_used=2)
    assert written() == (lot, "AB1", GTIN, TODAY)
    assert (Lot.objects.get().stock, Session.objects.get().cartridges_used) == (8, 2)
    used = AuditEvent.objects.get(action="lot.used")
    assert (used.subject_id, used.facts["count"]) == (lot.pk, 2)


def test_an_unknown_lot_is_kept_as_it_was_typed(ready, lot):
    complete(ready, cartridge_lot=" Xy 9 ")
    assert (written(), Lot.objects.get().stock) == ((None, "Xy 9", "", None), 10)


def test_of_an_unknown_scanned_lot_product_and_expiry_are_kept(ready, lot):
    complete(ready, cartridge_lot=f"01{GTIN}1728020010ZZ9")
    assert written() == (None, "ZZ9", GTIN, date(2028, 2, 29))


def test_an_expired_lot_is_refused_and_nothing_is_written(ready, lot):
    Lot.objects.update(expires_on=TODAY - timedelta(days=1))
    words = "Lot AB1 expired on 31 May 2026. Put it aside and take a cartridge that has not expired."
    assert refusal(complete, ready, cartridge_lot="AB1") == words
    assert (Session.objects.get().state, Lot.objects.get().stock) == ("in_progress", 10)


def test_an_expired_packet_is_refused_whatever_the_list_says_or_does_not(ready, lot):
    assert "expired on 30 Apr 2026" in refusal(complete, ready, cartridge_lot=f"01{GTIN}1726040010AB1")
    assert "expired on 30 Apr 2026" in refusal(complete, ready, cartridge_lot=f"01{GTIN}1726040010UNKNOWN")


def test_a_quarantined_lot_is_refused_unless_it_was_used_before(ready, lot):
    quarantine_lot(lot=lot, reason="Letter", by=ready.by, at=LATER)
    assert refusal(complete, ready, cartridge_lot="ab1").startswith("Lot AB1 is quarantined and must not be used.")
    complete(ready, cartridge_lot="ab1", ended_at=LATER - timedelta(minutes=1))
    assert written()[0] == lot


def test_another_clinics_lot_is_an_unknown_one(ready):
    start(ready)
    LotFactory(product__clinic=ClinicFactory(), number="AB1", expires_on=date(2020, 1, 1))
    complete(ready, cartridge_lot="AB1")
    assert written() == (None, "AB1", "", None)


def test_what_a_reopened_session_took_is_put_back_and_taken_anew(ready, lot):
    complete(ready, cartridge_lot="AB1", cartridges_used=3)
    reopen_session(session=ready.session, reason="Depth", by=ready.by, at=LATER)
    assert Lot.objects.get().stock == 10
    complete(ready, cartridge_lot="AB1")
    assert Lot.objects.get().stock == 9


def test_a_reopened_session_puts_back_no_more_than_there_was(ready, lot):
    Lot.objects.update(stock=1)
    complete(ready, cartridge_lot="AB1", cartridges_used=3)
    reopen_session(session=ready.session, reason="Depth", by=ready.by, at=LATER)
    cancel_session(session=ready.session, reason="Not done", by=ready.by, at=LATER)
    assert (Lot.objects.get().stock, LotTaken.objects.count()) == (1, 0)


def test_materials_written_after_the_end_leave_the_cartridges_taken(ready, lot):
    complete(ready, cartridge_lot="AB1", cartridges_used=3)
    write(ready)
    assert (Lot.objects.get().stock, LotTaken.objects.get().taken) == (7, 3)


def test_a_session_that_is_completed_again_with_another_lot_takes_of_that_one(ready, lot):
    LotFactory(product=lot.product, number="AB2", expires_on=TODAY, stock=10)
    complete(ready, cartridge_lot="AB1", cartridges_used=3)
    reopen_session(session=ready.session, reason="Lot", by=ready.by, at=LATER)
    complete(ready, cartridge_lot="AB2", cartridges_used=2)
    assert dict(Lot.objects.values_list("number", "stock")) == {"AB1": 10, "AB2": 8}


def test_what_was_completed_before_it_was_noted_goes_back_when_it_is_reopened(ready, lot):
    complete(ready, cartridge_lot="AB1", cartridges_used=3)
    LotTaken.objects.all().delete()
    earlier.note(apps, None)
    earlier.note(apps, None)  # after a step back
    reopen_session(session=ready.session, reason="Depth", by=ready.by, at=LATER)
    assert Lot.objects.get().stock == 10


def test_an_end_is_not_corrected_to_after_the_quarantine(ready, lot):
    complete(ready, cartridge_lot="AB1", ended_at=NOON + timedelta(minutes=10))
    quarantine_lot(lot=lot, reason="Letter", by=ready.by, at=NOON + timedelta(minutes=20))
    said = {"session": ready.session, "reason": "Slip", "by": ready.by, "at": LATER}
    assert "is quarantined" in refusal(correct_end, ended_at=NOON + timedelta(minutes=30), **said)
    correct_end(ended_at=NOON + timedelta(minutes=15), **said)
    assert Session.objects.get().ended_at == NOON + timedelta(minutes=15)


def with_gel(ready, **facts):
    """A serum on the session's list, written down while it goes on."""
    gel = serum_of(ready.clinic)
    shelf = LotFactory(product=gel, number="S1", **facts)
    write(ready, serums=[SerumUsed(gel, "S1")], at=NOON)
    return shelf


def test_an_end_is_not_corrected_to_when_a_serum_must_not_have_been_used(ready, lot):
    shelf = with_gel(ready)
    complete(ready, cartridge_lot="AB1", ended_at=NOON + timedelta(minutes=10))
    quarantine_lot(lot=shelf, reason="Letter", by=ready.by, at=NOON + timedelta(minutes=20))
    said = {"session": ready.session, "reason": "Slip", "by": ready.by, "at": LATER}
    words = refusal(correct_end, ended_at=NOON + timedelta(minutes=30), **said)
    assert words.startswith("Gel: Lot S1 is quarantined and must not be used.")
    assert words.endswith("So the session cannot have ended then.")
    correct_end(ended_at=NOON + timedelta(minutes=15), **said)
    assert Session.objects.get().ended_at == NOON + timedelta(minutes=15)


def test_an_end_is_not_corrected_to_after_a_serum_expired(ready, lot):
    Lot.objects.update(expires_on=TODAY + timedelta(days=9))
    with_gel(ready, expires_on=TODAY)
    complete(ready, cartridge_lot="AB1")
    said = {"session": ready.session, "reason": "Slip", "by": ready.by, "at": LATER + timedelta(days=2)}
    words = refusal(correct_end, ended_at=LATER + timedelta(days=1), **said)
    assert words.startswith("Gel: Lot S1 expired on 1 Jun 2026.")


def test_a_session_is_not_completed_with_an_end_at_which_its_serum_was_quarantined(ready, lot):
    shelf = with_gel(ready)
    quarantine_lot(lot=shelf, reason="Letter", by=ready.by, at=NOON + timedelta(minutes=20))
    assert "Gel: Lot S1 is quarantined" in refusal(complete, ready, cartridge_lot="AB1")
    complete(ready, cartridge_lot="AB1", ended_at=NOON + timedelta(minutes=10))
    assert Session.objects.get().state == "completed"


def sql(**columns):
    """Write into the one session with plain SQL; whether the database refuses."""
    sets = ", ".join(f"{name} = %s" for name in columns)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE treatments_session SET {sets}", list(columns.values()))
    except IntegrityError:
        return True
    return False


def test_the_database_refuses_a_lot_that_must_not_be_used(ready, lot):
    complete(ready, cartridge_lot="AB1")
    serum = LotFactory(product=ProductFactory(clinic=ready.clinic, kind="serum"))
    foreign = LotFactory(product__clinic=ClinicFactory())
    expired = LotFactory(product=lot.product, expires_on=TODAY - timedelta(days=2))
    aside = {"quarantined_at": NOON, "quarantined_by": ready.by, "quarantine_reason": "Letter"}
    quarantined = LotFactory(product=lot.product, state="quarantined", **aside)
    good = LotFactory(product=lot.product)
    tried = [sql(lot_id=row.pk) for row in (serum, foreign, expired, quarantined, good)]
    assert tried == [True, True, True, True, False]
    assert sql(cartridge_expires_on=TODAY - timedelta(days=2))
    assert sql(ended_at=LATER + timedelta(days=365 * 80))
    assert [sql(cartridges_used=0), sql(cartridges_used=21), sql(cartridges_used=20)] == [True, True, False]


def test_the_database_refuses_it_at_the_moment_of_completing_too(ready, lot):
    complete(ready, cartridge_lot="AB1")
    reopen_session(session=ready.session, reason="Depth", by=ready.by, at=LATER)
    Lot.objects.update(expires_on=TODAY - timedelta(days=2))
    done = {"state": "completed", "ended_at": LATER, "completed_by_id": ready.by.pk}
    assert sql(**done)
    Lot.objects.update(expires_on=TODAY + timedelta(days=2))
    assert not sql(**done)


def test_what_was_completed_before_a_quarantine_may_still_be_put_right(ready, lot):
    complete(ready, cartridge_lot="AB1")
    quarantine_lot(lot=lot, reason="Letter", by=ready.by, at=LATER + timedelta(minutes=5))
    assert not sql(notes="A note")
