"""Write a new version of a document, and put it in force."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from clients.records.models import Client
from portal.audit.services import record
from portal.practice.terms import Language
from treatments.consents.guidance import problem_of
from treatments.consents.models import Consent, Document
from treatments.consents.services.refusals import AlreadyPublished, DraftExists, ReasonMissing, TextRefused
from treatments.consents.services.texts import document_in_force, fingerprint_of
from treatments.consents.terms import State

if TYPE_CHECKING:
    from portal.practice.models import Clinic, User


@transaction.atomic
def begin_document(*, clinic: "Clinic", purpose: str, by: "User", at: datetime) -> Document:
    """A new version to write, which begins as the one in force. Raises DraftExists."""
    now = document_in_force(clinic=clinic, purpose=purpose, at=at)
    draft = Document(
        clinic=clinic,
        purpose=purpose,
        number=now.number + 1,
        texts=now.texts,
        needs_witness=now.needs_witness,
        begun_at=at,
    )
    try:
        with transaction.atomic():
            draft.save(force_insert=True)
    except IntegrityError as taken:
        raise DraftExists from taken
    record(clinic=clinic, action="document.begun", subject=draft, at=at, by=by, number=draft.number)
    return draft


@transaction.atomic
def change_document(
    *, document: Document, texts: dict[str, str], needs_witness: bool, by: "User", at: datetime
) -> Document:
    """The draft with other words; a language left empty is left out. Raises AlreadyPublished, TextRefused."""
    draft = _draft(document)
    draft.texts = {
        language: text.replace("\r\n", "\n").strip() + "\n" for language, text in texts.items() if text.strip()
    }
    draft.needs_witness = needs_witness
    _refuse_odd_texts(draft)
    draft.save(update_fields=["texts", "needs_witness"])
    languages = sorted(draft.texts)
    record(clinic=draft.clinic, action="document.changed", subject=draft, at=at, by=by, languages=languages)
    return draft


@transaction.atomic
def publish_document(*, document: Document, reason: str, asks_again: bool, by: "User", at: datetime) -> Document:
    """The draft comes into force. `asks_again`: what was signed before counts no longer, and is to be asked again.

    Raises ReasonMissing, AlreadyPublished, TextRefused.
    """
    if not reason.strip():
        raise ReasonMissing
    # Everybody who signed or may sign is held first, in one order: whoever signs this moment is counted too.
    signers = Consent.objects.to(document.purpose).filter(state__in=[State.ASKED, State.SIGNED]).values("client")
    list(Client.objects.filter(pk__in=signers).order_by("pk").select_for_update(no_key=True).values_list("pk"))
    draft = _draft(document)
    _refuse_odd_texts(draft)
    draft.reason, draft.asks_again = reason.strip(), asks_again
    draft.fingerprint = fingerprint_of(draft.texts)
    draft.published_at, draft.published_by = at, by
    draft.save()
    outdated = _outdate_older(draft, by, at) if asks_again else 0
    facts: dict[str, Any] = {
        "purpose": draft.purpose,
        "number": draft.number,
        "asks_again": asks_again,
        "outdated": outdated,
    }
    record(clinic=draft.clinic, action="document.published", subject=draft, at=at, by=by, **facts)
    return draft


def _draft(document: Document) -> Document:
    draft = Document.objects.drafts().select_for_update(of=("self",), no_key=True).filter(pk=document.pk)
    row = draft.select_related("clinic").first()
    if row is None:
        raise AlreadyPublished
    return row


def _refuse_odd_texts(draft: Document) -> None:
    own = Language(draft.clinic.language)
    if own not in draft.texts:
        raise TextRefused(f"The text in {own.label} is missing: it is your clinic’s language.")
    for language in Language:
        text = draft.texts.get(language)
        if text and (problem := problem_of(text, draft.purpose)):
            raise TextRefused(f"{language.label}: {problem}")


def _outdate_older(document: Document, by: "User", at: datetime) -> int:
    older = Consent.objects.to(document.purpose).in_force().filter(document__number__lt=document.number)
    rows = list(older.order_by("pk").select_for_update(of=("self",), no_key=True))
    for consent in rows:
        consent.state = State.OUTDATED
        consent.save(update_fields=["state"])
    for consent in rows:
        record(clinic=document.clinic, action="consent.outdated", subject=consent, at=at, by=by, document=document.pk)
    return len(rows)
