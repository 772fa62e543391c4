"""What a signed record should say: an amendment beside it. What was signed is never changed."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction

from portal.audit.services import record
from treatments.followups.services import follow_end, renew_changes
from treatments.plans.services import redates
from treatments.products.terms import Zone
from treatments.sessions.models import Amendment, Session, SignedRecord
from treatments.sessions.rules import ended_at_problem
from treatments.sessions.services.amended_depth import told_of_depth
from treatments.sessions.services.amended_device import told_with
from treatments.sessions.services.amended_lots import move_stock
from treatments.sessions.services.counted import keep_as_amended
from treatments.sessions.services.record import (
    aftercare_words,
    closing_lines,
    closing_of,
    cream_words,
    moment,
    serum_words,
    serums_of,
)
from treatments.sessions.services.refusals import NothingAmended, NotSigned, NotToBeAmended, OddEnd, ReasonMissing
from treatments.sessions.services.signing import amendment_sha256
from treatments.sessions.terms import LOTS, Amendable

if TYPE_CHECKING:
    from portal.practice.models import User


class Said(NamedTuple):
    """One thing of a signed record that can be amended, and what it says now, with what was amended before."""

    subject: str
    part: str
    label: str
    before: str

    @property
    def key(self) -> str:
        """As it stands in an address."""
        return f"{self.subject}:{self.part}"


def amendable(session: Session) -> list[Said]:
    """Everything that can be amended. What was forgotten altogether can be added: it said nothing."""
    latest = {(one.subject, one.part): one.after for one in session.amendments.order_by("pk")}
    return [
        said._replace(before=latest.get((said.subject, said.part), said.before))
        for said in (*_done(session), *_zones(session), *_materials(session), *_end(session))
    ]


def _said(subject: Amendable, before: str, part: str = "", label: str = "") -> Said:
    return Said(subject.value, part, label or subject.label, before)


def _done(session: Session) -> list[Said]:
    return [
        _said(Amendable.DEVICE, str(session.device or "")),
        _said(Amendable.LOT, session.cartridge_lot),
        _said(Amendable.ENDED, moment(session, session.ended_at)),
        _said(Amendable.NOTES, session.notes),
        _said(Amendable.CHART, ""),
    ]


def _zones(session: Session) -> list[Said]:
    """Those that were treated first; then the others, which may have been forgotten."""
    depths = {zone.zone: f"{zone.depth_mm} mm" for zone in session.zones.order_by("pk")}
    names = [*depths, *(name for name in Zone.values if name not in depths)]
    return [_said(Amendable.DEPTH, depths.get(name, ""), name, f"Needle depth: {Zone(name).label}") for name in names]


def _materials(session: Session) -> list[Said]:
    said = []
    for cream in session.creams.select_related("product").order_by("pk"):
        said.append(_said(Amendable.CREAM, cream_words(session, cream), str(cream.pk), cream.product.name))
        words = f"Lot of {cream.product.name}"
        said.append(_said(Amendable.CREAM_LOT, cream.lot_number, str(cream.pk), words))
    for serum in serums_of(session):
        said.append(_said(Amendable.SERUM, serum_words(serum), str(serum.pk), serum.product.name))
        said.append(_said(Amendable.SERUM_LOT, serum.lot_number, str(serum.pk), f"Lot of {serum.product.name}"))
    forgotten = {
        Amendable.CREAM: "A numbing cream that is not written down",
        Amendable.CREAM_LOT: "The lot of a numbing cream that is not written down",
        Amendable.SERUM: "A serum that is not written down",
        Amendable.SERUM_LOT: "The lot of a serum that is not written down",
    }
    return said + [_said(subject, "", label=label) for subject, label in forgotten.items()]


def _end(session: Session) -> list[Said]:
    skin = next((line.value for line in closing_lines(session)), "")
    return [_said(Amendable.SKIN, skin), _said(Amendable.AFTERCARE, aftercare_words(closing_of(session)))]


@redates
@transaction.atomic
def amend_record(
    *,
    session: Session,
    subject: str,
    part: str = "",
    after: str = "",
    ended_at: datetime | None = None,
    reason: str,
    off_label_told: Sequence[str] = (),
    by: "User",
    at: datetime,
) -> Amendment:
    """What the record should say, and why. After another end, emails and the rest of the series count from there.

    `off_label_told` is what the client was told is off label with another device or depth. Raises ReasonMissing,
    NotSigned, NotToBeAmended, NotToBeRead, NothingAmended, OddEnd, OddDevice, OddDepth, NotTold.
    """
    now = _signed(session, reason)
    before = _before(now, subject, part)
    after = (_possible_end(now, ended_at, at) if subject == Amendable.ENDED else after).strip()
    if after in {"", before}:
        raise NothingAmended
    told = _told(now, subject, part, after, off_label_told)
    amendment = Amendment.objects.create(
        clinic=now.clinic,
        session=now,
        subject=subject,
        part=part,
        before=before,
        after=after,
        lot_number=after if subject in LOTS else "",
        ended_at=ended_at if subject == Amendable.ENDED else None,
        reason=reason.strip() + told,
        amended_at=at,
        amended_by=by,
    )
    _let_count(amendment)
    _note(amendment)  # an event holds the clinic's row: after the lots, as everywhere, or two wait in a ring
    return amendment


def _signed(session: Session, reason: str) -> Session:
    """The row as it is now, held. Raises ReasonMissing, NotSigned."""
    if not reason.strip():
        raise ReasonMissing
    now = Session.objects.held(session)
    if not SignedRecord.objects.filter(session=now).exists():
        raise NotSigned
    return now


def _told(session: Session, subject: str, part: str, after: str, told: Sequence[str]) -> str:
    """What is off label by another device or depth, and was told. Raises NotToBeRead, OddDevice, OddDepth, NotTold."""
    if subject == Amendable.DEVICE:
        return told_with(session, after, told)
    return told_of_depth(session, part, after, told) if subject == Amendable.DEPTH else ""


def _before(session: Session, subject: str, part: str) -> str:
    """What the record says of it so far. Raises NotToBeAmended."""
    said = next((one for one in amendable(session) if (one.subject, one.part) == (subject, part)), None)
    if said is None:
        raise NotToBeAmended
    return said.before


def _note(made: Amendment) -> None:
    """Its mark in the audit trail shows a change past the lock."""
    record(
        clinic=made.clinic,
        action="session.amended",
        subject=made.session,
        at=made.amended_at,
        by=made.amended_by,
        what=made.subject,
        sha256=amendment_sha256(made),
    )


def _let_count(made: Amendment) -> None:
    """It is counted from now on: among outcomes and reactions, and as the end that emails and the series count from.

    An amended lot is counted on the shelf.
    """
    move_stock(made)
    if keep_as_amended(made):
        made.session.refresh_from_db()
        renew_changes(made.session)
    if made.ended_at:
        follow_end(session=made.session, ended_at=made.ended_at, by=made.amended_by, at=made.amended_at)


def _possible_end(session: Session, ended_at: datetime | None, at: datetime) -> str:
    """The end in words. Raises OddEnd."""
    if ended_at is None:
        raise OddEnd
    if odd := ended_at_problem(started_at=session.started_at or ended_at, ended_at=ended_at, at=at):
        raise OddEnd(odd)
    return moment(session, ended_at)
