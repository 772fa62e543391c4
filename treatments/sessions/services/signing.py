"""A completed session is signed: from then on its record is locked. And whether it still reads as it was signed."""

import hashlib
import json
import logging
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django_scopes import scope

from portal.audit.models import AuditEvent
from portal.audit.services import record
from portal.practice.models import Clinic
from portal.practice.terms import Role
from treatments.sessions.models import Amendment, Session, SignedRecord
from treatments.sessions.services.drafts import drop_drafts
from treatments.sessions.services.record import missing_before_signing, refuse_if_signed, stored, text_of
from treatments.sessions.services.refusals import ChangedMeanwhile, NotReadyToSign, NotYoursToSign
from treatments.sessions.terms import DraftPage

if TYPE_CHECKING:
    from portal.practice.models import User

log = logging.getLogger(__name__)


def signed_record(session: Session) -> SignedRecord | None:
    """The record as it was signed; None while it is not."""
    return SignedRecord.objects.filter(session=session).select_related("signed_by").first()


def why_not_yours(session: Session, user: "User") -> str:
    """Why this person cannot sign it; "" for whoever treated, and for an owner."""
    mine = session.practitioner.user_id == user.pk
    owns = user.membership is not None and user.membership.role == Role.OWNER
    return "" if mine or owns else f"{session.practitioner}, who treated, signs this record, or the owner."


@transaction.atomic
def sign_session(*, session: Session, read: str, by: "User", at: datetime) -> SignedRecord:
    """The record is locked as it was read; `read` is its mark then.

    Raises Signed, NotYoursToSign, NotReadyToSign, ChangedMeanwhile.
    """
    now = Session.objects.held(session)
    refuse_if_signed(now)
    if why := why_not_yours(now, by):
        raise NotYoursToSign(why)
    if missing := [gap.words for gap in missing_before_signing(now) if gap.blocks]:
        raise NotReadyToSign(*missing)
    text = text_of(now)
    if sha256_of(text) != read:
        raise ChangedMeanwhile
    signed = SignedRecord.objects.create(
        clinic=now.clinic, session=now, signed_at=at, signed_by=by, text=text, sha256=sha256_of(text)
    )
    drop_drafts(now, *DraftPage)
    record(clinic=now.clinic, action="session.signed", subject=now, at=at, by=by, sha256=signed.sha256)
    return signed


def mark_of_record(session: Session) -> str:
    """By which the record that somebody reads is known from one that was changed since."""
    return sha256_of(text_of(session))


def sha256_of(text: str) -> str:
    """The mark that fits this text and no other."""
    return hashlib.sha256(text.encode()).hexdigest()


def amendment_sha256(amendment: Amendment) -> str:
    """The mark of an amendment, for the audit trail."""
    said = [amendment.session_id, amendment.subject, amendment.part, amendment.before, amendment.after]
    when = amendment.ended_at.isoformat() if amendment.ended_at else ""
    return sha256_of(json.dumps([*said, amendment.lot_number, when, amendment.reason], ensure_ascii=False))


def why_not_as_signed(signed: SignedRecord) -> str:
    """What was changed from outside since it was signed, past every lock; "" when nothing was.

    The hash stands in the audit trail too, whose events are chained: whoever changes one would have to change all.
    """
    events = _events(signed.session, "session.signed")
    if sha256_of(signed.text) != signed.sha256 or [event.facts.get("sha256") for event in events] != [signed.sha256]:
        return "The signed text itself was changed."
    if changed := _changed_tables(signed):
        return f"What is stored differs from what was signed: {', '.join(changed)}."
    noted = [event.facts.get("sha256") for event in _events(signed.session, "session.amended")]
    # In the order in which they were written: two clocks may not agree on it, and they are shown by the clock.
    if noted != [amendment_sha256(one) for one in signed.session.amendments.order_by("pk")]:
        return "The amendments differ from what was written down."
    return ""


def _events(session: Session, action: str) -> list[AuditEvent]:
    events = AuditEvent.objects.filter(subject_type="session", subject_id=session.pk, action=action)
    return list(events.order_by("sequence"))


def _changed_tables(signed: SignedRecord) -> list[str]:
    """Tables whose rows are others now. Only columns that were there when it was signed are compared."""
    then, now = json.loads(signed.text).get("stored", {}), stored(signed.session)
    found = []
    for table, rows in now.items():
        known = then.get(table, [])
        same = len(rows) == len(known) and all(
            old == {name: new.get(name) for name in old} for old, new in zip(known, rows, strict=True)
        )
        if not same:
            found.append(table)
    return found


def check_records(clinic: Clinic) -> tuple[int, list[tuple[int, str]]]:
    """How many signed records the open clinic has; and the sessions whose record was changed since, with what."""
    signed = SignedRecord.objects.filter(clinic=clinic).select_related("session__clinic").order_by("pk")
    found = [(one.session_id, why) for one in signed.iterator(chunk_size=500) if (why := why_not_as_signed(one))]
    return signed.count(), found


def check_all_records() -> int:
    """Walk every clinic's signed records: how many were changed; each is an error in the log."""
    changed = 0
    for clinic in Clinic.objects.order_by("pk"):
        with scope(clinic=clinic):
            for session, why in check_records(clinic)[1]:
                changed += 1
                log.error("the signed record of session %s of clinic %s was changed: %s", session, clinic.pk, why)
    return changed
