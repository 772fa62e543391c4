"""Open a recall: the lot quarantined, a notice drafted for each client it touched, in words that can be changed."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from portal.audit.services import record
from portal.practice.terms import AVAILABLE
from treatments.products.models import Lot, Product
from treatments.products.services import quarantine_number
from treatments.products.terms import LotState
from treatments.recalls.models import Recall, RecallNotice
from treatments.recalls.services.refusals import AlreadyOpen, AlreadySent, Closed, ReasonMissing
from treatments.sessions.services.recalls import Recalled, touched_by

if TYPE_CHECKING:
    from portal.practice.models import User

DEFAULTS = Path(__file__).parent.parent / "defaults"


@transaction.atomic
def open_recall(
    *, lot: Recalled, product: Product, reason: str, by: "User", at: datetime, reference: str = ""
) -> Recall:
    """The case, its lot in quarantine, and the notices drafted. Raises ReasonMissing, AlreadyOpen."""
    if not reason.strip():
        raise ReasonMissing
    aside = _set_aside(lot, product, reason, by, at)
    recall = Recall(
        clinic=product.clinic,
        lot=aside,
        number=lot.number,
        gtin=lot.gtin,
        reference=reference.strip(),
        reason=reason.strip(),
        texts=default_texts(product, aside.number),
        opened_at=at,
        opened_by=by,
    )
    try:
        with transaction.atomic():
            recall.save(force_insert=True)
    except IntegrityError as taken:
        raise AlreadyOpen from taken
    clients = draft_notices(recall, at)
    facts: dict[str, Any] = {"lot": aside.pk, "sessions": touched_by(lot).count(), "clients": clients}
    record(clinic=recall.clinic, action="recall.opened", subject=recall, at=at, by=by, **facts)
    return recall


def _set_aside(lot: Recalled, product: Product, reason: str, by: "User", at: datetime) -> Lot:
    """The lot as a quarantined one; one that was quarantined before keeps its reason."""
    listed = Lot.objects.numbered(lot.number).filter(product=product).first()
    before = Lot.objects.held(listed.pk) if listed else None  # nobody releases it meanwhile
    if before and before.state == LotState.QUARANTINED:
        return before
    return quarantine_number(product=product, number=lot.number, reason=reason, by=by, at=at)


def lot_of(recall: Recall) -> Recalled:
    """What its sessions are looked for by."""
    return Recalled(recall.number, recall.gtin)


def draft_notices(recall: Recall, at: datetime) -> int:
    """A notice for each client touched who has none yet; how many are new. Sessions may be written down late."""
    touched = touched_by(lot_of(recall)).order_by().values_list("client", flat=True).distinct()
    known = set(RecallNotice.objects.filter(recall=recall).values_list("client", flat=True))
    new = [
        RecallNotice(clinic_id=recall.clinic_id, recall=recall, client_id=client, drafted_at=at)
        for client in touched
        if client not in known
    ]
    return len(RecallNotice.objects.bulk_create(new))


def default_texts(product: Product, number: str) -> dict[str, str]:
    """The portal's own wording in each language; signed off by no clinician, so the page asks to read it first."""
    texts = {}
    for language in AVAILABLE:
        words = (DEFAULTS / f"notice.{language}.txt").read_text(encoding="utf-8").strip()
        for mark, value in (("{product}", product.name), ("{maker}", product.maker), ("{lot}", number)):
            words = words.replace(mark, value)
        texts[str(language)] = words
    return texts


@transaction.atomic
def change_texts(*, recall: Recall, texts: dict[str, str], by: "User", at: datetime) -> None:
    """Clients are told this instead, in the languages given. Raises Closed, AlreadySent."""
    row = Recall.objects.held(recall.pk)
    if row.closed_at:
        raise Closed
    if RecallNotice.objects.filter(recall=row, message__isnull=False).exists():
        raise AlreadySent
    changed = [language for language, words in texts.items() if row.texts.get(language) != words.strip()]
    row.texts |= {language: words.strip() for language, words in texts.items()}
    row.save(update_fields=["texts"])
    record(clinic=row.clinic, action="recall.worded", subject=row, at=at, by=by, languages=changed)
