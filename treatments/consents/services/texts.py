"""The documents in force, and the very text that one client reads."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import translation

from portal.audit.services import record
from portal.practice.models import Certificate
from portal.practice.terms import Language
from treatments.consents.guidance import filled, in_words_of_plan, words_in
from treatments.consents.models import Consent, Document
from treatments.consents.rules import Block, clauses, parse, sha256
from treatments.consents.terms import ConsentPurpose
from treatments.products.terms import DeviceKind, Zone

if TYPE_CHECKING:
    from portal.practice.models import Clinic

DEFAULTS = Path(__file__).parent.parent / "defaults"


@dataclass(frozen=True)
class ReadyText:
    """What one client reads and signs: the Markdown with their facts in it, its blocks, its hash."""

    language: str
    markdown: str
    blocks: tuple[Block, ...]
    sha256: str
    initials: tuple[int, ...]  # the numbers of the clauses that need initials


def default_texts(purpose: str) -> dict[str, str]:
    """The portal's own document for a purpose, by language. Defaults that no clinician or lawyer has signed off."""
    files = {str(language): DEFAULTS / f"{purpose}.{language}.md" for language in Language}
    return {language: file.read_text(encoding="utf-8") for language, file in files.items() if file.exists()}


def fingerprint_of(texts: dict[str, str]) -> str:
    """SHA-256 over all languages of a document."""
    return hashlib.sha256(json.dumps(texts, sort_keys=True).encode()).hexdigest()


def fingerprint_bytes(content: bytes) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(content).hexdigest()


def latest_document(*, purpose: str) -> Document | None:
    """The version in force in the open clinic; None while nobody has needed one."""
    return Document.objects.published().to(purpose).first()


@transaction.atomic
def document_in_force(*, clinic: "Clinic", purpose: str, at: datetime) -> Document:
    """The version in force; on the first need the clinic's version 1, made of the portal's default."""
    found = latest_document(purpose=purpose)
    if found is not None:
        return found
    texts = default_texts(ConsentPurpose(purpose))
    first = Document(
        clinic=clinic,
        purpose=purpose,
        number=1,
        texts=texts,
        fingerprint=fingerprint_of(texts),
        reason="The portal’s default.",
        begun_at=at,
        published_at=at,
    )
    try:
        with transaction.atomic():
            first.save(force_insert=True)
    except IntegrityError:  # somebody else needed it at the same moment
        return Document.objects.published().to(purpose)[0]
    record(clinic=clinic, action="document.published", subject=first, at=at, purpose=str(purpose), number=1)
    return first


def ready_text(*, consent: Consent, language: str) -> ReadyText:
    """What the client reads: of an answered consent always what they signed, else the version in force.

    In the language asked for; in the clinic's own where the document does not have it.
    """
    if consent.text:
        return _ready(consent.text, consent.language)
    document = latest_document(purpose=consent.purpose) or consent.document
    spoken = next(
        one for one in (language, consent.clinic.language, Language.ENGLISH, *document.texts) if document.texts.get(one)
    )
    return _ready(filled(document.texts[spoken], values_for(consent, spoken)), str(spoken))


def preview_text(*, markdown: str, language: str) -> ReadyText:
    """A document as clients will read it, with made-up facts. Raises OddText."""
    return _ready(filled(markdown, in_words_of_plan(EXAMPLE, language, ["Cheeks"]) | EXAMPLE_NAMES), language)


def values_for(consent: Consent, language: str) -> dict[str, str]:
    """The merge fields' values for one consent."""
    clinic, unknown = consent.clinic, words_in(language)["unknown"]
    names = {
        "client": str(consent.client),
        "clinic": clinic.name,
        "practitioner": str(consent.practitioner),
        "certificate": _certificate(consent),
        "phone": clinic.phone,
        "email": clinic.reply_to,
    }
    facts = consent.covers | {"price": consent.request.price, "days_to_reflect": clinic.cooling_off_days}
    with translation.override(language):
        zones = [str(Zone(zone).label) for zone in consent.covers.get("zones", {})]
    values = names | (in_words_of_plan(facts, language, zones) if consent.covers else {})
    return {name: value.strip() or unknown for name, value in values.items()}


def _certificate(consent: Consent) -> str:
    is_rf = consent.covers.get("device_kind") == DeviceKind.RADIO_FREQUENCY
    held = Certificate.objects.filter(membership=consent.practitioner)
    # By the day it was asked, so that the text does not change under the reader's eyes at midnight.
    on = consent.clinic.local_day(consent.request.asked_at)
    found = held.holding(on=on, device_is_rf=is_rf).first()
    return f"{found.title} ({found.awarding_body})" if found else ""


def _ready(markdown: str, language: str) -> ReadyText:
    blocks = parse(markdown)
    return ReadyText(language, markdown, blocks, sha256(markdown), clauses(blocks))


EXAMPLE: dict[str, object] = {
    "zones": {Zone.CHEEKS.value: "1.00"},
    "device_kind": DeviceKind.MECHANICAL.value,
    "topical_anaesthetic": True,
    "sessions": 4,
    "interval_days": 28,
    "price": "",
    "days_to_reflect": 0,
}
EXAMPLE_NAMES = {
    "client": "Alex Example",
    "clinic": "Your clinic",
    "practitioner": "Your practitioner",
    "certificate": "Certificate (awarding body)",
    "phone": "+44 20 7946 0000",
    "email": "clinic@example.org",
}
