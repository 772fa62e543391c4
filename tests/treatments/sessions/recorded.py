"""Sessions whose record is whole, signed, amended."""

from datetime import date, timedelta
from decimal import Decimal

from tests.factories import NOON, LotFactory, ProductFactory
from tests.treatments.sessions.conftest import LATER, start
from treatments.sessions.services import ZoneDone, complete_session
from treatments.sessions.services.amending import amend_record
from treatments.sessions.services.materials import CreamUsed, Ended, SerumUsed, write_materials
from treatments.sessions.services.signing import mark_of_record, sign_session

CHEEKS = [ZoneDone("cheeks", Decimal("1.00"))]
MINUTE = timedelta(minutes=1)


def cream_of(clinic, **facts):
    return ProductFactory(clinic=clinic, name="Numb 4%", kind="anaesthetic", max_grams=Decimal(10), **facts)


def serum_of(clinic, **facts):
    return ProductFactory(clinic=clinic, **{"name": "Gel", "kind": "serum", "open_channels": True} | facts)


def cream(product, **facts):
    said = {"grams": Decimal("5.0"), "area": "Cheeks", "on_at": NOON, "off_at": NOON + 20 * MINUTE, "removed": True}
    return CreamUsed(**{"product": product} | said | facts)


def ended(user, **facts):
    return Ended(**{"signs": {"erythema": "mild"}, "told": ["water"], "spoken": True, "told_by": user} | facts)


def write(ready, at=LATER, **facts):
    said = {"creams": [], "serums": [], "ended": ended(ready.by)} | facts
    write_materials(session=ready.session, **said, by=ready.by, at=at)


def complete(ready, **facts):
    lot = LotFactory(product__clinic=ready.clinic, number="LOT-7", expires_on=date(2027, 1, 1))
    said = {"device": ready.device, "cartridge_lot": lot.number, "zones": CHEEKS, "ended_at": LATER, "notes": "Calm"}
    complete_session(session=ready.session, by=ready.by, at=LATER, **said | facts)


def whole(ready):
    """Everything is written down."""
    start(ready)
    complete(ready)
    clinic = ready.clinic
    write(ready, creams=[cream(cream_of(clinic), lot="C1")], serums=[SerumUsed(serum_of(clinic), lot="S1")])
    return ready


def sign(ready, by=None, at=LATER + 5 * MINUTE):
    read = mark_of_record(ready.session)
    return sign_session(session=ready.session, read=read, by=by or ready.by, at=at)


def amend(ready, subject, after="", reason="A slip.", at=LATER + 10 * MINUTE, **facts):
    return amend_record(session=ready.session, subject=subject, after=after, reason=reason, by=ready.by, at=at, **facts)
