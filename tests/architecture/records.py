"""A signed and amended session, and a draft, for the world of rows: locked, with the word in them."""

from datetime import timedelta
from decimal import Decimal

from tests.factories import (
    AmendmentFactory,
    AsAmendedFactory,
    AuthorisedZoneFactory,
    ChartPointFactory,
    ClosingFactory,
    LotTakenFactory,
    NumbingCreamFactory,
    OffLabelUseFactory,
    PlanFactory,
    SerumFactory,
    SessionDraftFactory,
    SessionFactory,
    SessionZoneFactory,
    SignedRecordFactory,
    SkinSignFactory,
)
from treatments.sessions.services.record import PARTS

# What a signature locks.
OF_THE_RECORD = {"session", *(part._meta.model_name for part in PARTS)}


def signed_session(plan, word, now):
    """A session that was signed and amended: the word is in it before it is locked."""
    then, said = now - timedelta(days=90), {"lot_number": word}
    session = SessionFactory(plan=plan, number=3, ended_at=then, notes=word, cartridge_lot=word)
    SessionZoneFactory(session=session, depth_mm=Decimal("1.60"), reason=word)
    AuthorisedZoneFactory(device=session.device)
    ChartPointFactory(session=session, note=word)
    OffLabelUseFactory(session=session, what=word)
    NumbingCreamFactory(session=session, area=word, strength=word, **said)
    SerumFactory(session=session, open_channels=False, reason=word, **said)
    aside = {"lot__quarantined_at": then, "lot__quarantined_by": plan.practitioner.user, "lot__quarantine_reason": word}
    LotTakenFactory(session=session, lot__state="quarantined", **aside)
    SkinSignFactory(session=session)
    ClosingFactory(session=session, skin_words=word)
    SignedRecordFactory(session=session, text=word)
    AsAmendedFactory(session=session, zones=word)
    AmendmentFactory(session=session, before=word, after=f"{word} again", reason=word)
    under_way = SessionFactory(plan=PlanFactory(client=plan.client), state="in_progress", **started(plan, now))
    SessionDraftFactory(session=under_way, fields={"notes": [word]})


def started(plan, at):
    """What a session that was begun says of it."""
    return {"started_at": at, "started_by": plan.practitioner.user, "number": 1}
