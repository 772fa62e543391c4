"""The client signs, or says no."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.db import transaction

from clients.messages.services import schedule_message
from clients.records.models import Client
from clients.records.rules import is_whole_name
from portal.audit.services import record
from treatments.consents.emails import COPY, copy_key
from treatments.consents.models import Consent
from treatments.consents.rules import strokes_problem
from treatments.consents.services.copies import make_copy
from treatments.consents.services.refusals import (
    ClientArchived,
    InitialsMissing,
    NameMissing,
    NotWaiting,
    SignatureOdd,
    TextChanged,
    WitnessMissing,
)
from treatments.consents.services.texts import ReadyText, fingerprint_bytes, latest_document, ready_text
from treatments.consents.services.withdrawing import outdate_layout, stop_emails
from treatments.consents.terms import CAN_END, ConsentPurpose, State

if TYPE_CHECKING:
    from portal.practice.models import User

LONGEST_NAME, LONGEST_INITIALS = 120, 8
COPY_LEAVES_WITHIN = timedelta(days=7)


@transaction.atomic
def sign_consent(
    *,
    consent: Consent,
    language: str,
    text_sha256: str,
    signed_name: str,
    signature: Sequence[Any] = (),
    initials: Mapping[str, str] | None = None,
    witness_name: str = "",
    witness_signature: Sequence[Any] = (),
    channel: str,
    address: str | None,
    at: datetime,
) -> Consent:
    """Sign the very text whose hash the client saw. An older consent for the purpose is replaced; a copy is emailed.

    An empty signature means that the typed name is the signature. Raises NotWaiting, TextChanged, NameMissing,
    SignatureOdd, InitialsMissing, WitnessMissing, ClientArchived.
    """
    consent = _held(consent)
    ready = ready_text(consent=consent, language=language)
    if ready.sha256 != text_sha256:
        raise TextChanged
    consent.document = latest_document(purpose=consent.purpose) or consent.document
    consent.language, consent.text, consent.text_sha256 = ready.language, ready.markdown, ready.sha256
    consent.signed_name, consent.signature = _name(signed_name, consent.client), _strokes(signature)
    consent.initials = _initials(ready, initials or {})
    _witness(consent, witness_name, witness_signature)
    _answer(consent, State.SIGNED, channel=channel, address=address, at=at)
    _replace_older(consent, at)
    _keep_copy(consent)
    consent.save()
    _record_signed(consent, at)
    if consent.purpose == ConsentPurpose.FOLLOW_UP_EMAILS:
        outdate_layout(consent.client)
    if consent.client.email:
        _schedule_copy(consent, at)
    return consent


@transaction.atomic
def refuse_consent(
    *, consent: Consent, reason: str, channel: str, address: str | None, at: datetime, by: "User | None" = None
) -> Consent:
    """The client says no. It is their newest word, so an older yes for the purpose ends. Raises NotWaiting."""
    consent = _held(consent)
    _answer(consent, State.REFUSED, channel=channel, address=address, at=at)
    consent.refusal = reason.strip()
    older = Consent.objects.filter(client_id=consent.client_id).to(consent.purpose).in_force()
    ended = list(older.values_list("pk", flat=True))
    older.update(state=State.WITHDRAWN, withdrawn_at=at, withdrawn_by=by, withdrawal_reason="Refused when asked again.")
    consent.save()
    stop_emails(consent, at=at, by=by)
    record(
        clinic=consent.clinic,
        action="consent.refused",
        subject=consent,
        at=at,
        by=by,
        client_acted=by is None,
        purpose=consent.purpose,
        ended=ended,
    )
    return consent


def _held(consent: Consent) -> Consent:
    """The row as it is now, held until the transaction ends. Raises NotWaiting, ClientArchived."""
    client = Client.objects.held(consent.client_id)
    row = (
        Consent.objects.asked()
        .select_related("clinic", "request", "document", "practitioner__user")
        .select_for_update(of=("self",), no_key=True)
        .filter(pk=consent.pk)
        .first()
    )
    if row is None:
        raise NotWaiting
    if client.archived_at:
        raise ClientArchived
    row.client = client
    return row


def _answer(consent: Consent, state: State, *, channel: str, address: str | None, at: datetime) -> None:
    consent.state, consent.channel = state, channel
    consent.answered_at, consent.answered_from = at, address or None


def _replace_older(consent: Consent, at: datetime) -> None:
    """What was in force, and what had ended because its text changed: the newer signature takes their place."""
    older = Consent.objects.filter(client_id=consent.client_id).to(consent.purpose).filter(state__in=CAN_END)
    replaced = list(older.exclude(pk=consent.pk).select_related("clinic").order_by("pk"))
    Consent.objects.filter(pk__in=[one.pk for one in replaced]).update(state=State.REPLACED)
    for one in replaced:
        facts: dict[str, Any] = {"by_consent": consent.pk, "was": one.state}
        record(clinic=one.clinic, action="consent.replaced", subject=one, at=at, client_acted=True, **facts)


def _name(given: str, client: Client) -> str:
    name = " ".join(given.split())
    if not is_whole_name(name, str(client)) or len(name) > LONGEST_NAME:
        raise NameMissing
    return name


def _strokes(given: Sequence[Any]) -> list[Any]:
    if strokes_problem(given):
        raise SignatureOdd
    return [[[round(float(x), 1), round(float(y), 1)] for x, y in stroke] for stroke in given]


def _initials(ready: ReadyText, given: Mapping[str, str]) -> dict[str, str]:
    found = {str(clause): str(given.get(str(clause), "")).strip() for clause in ready.initials}
    if any(not letters or len(letters) > LONGEST_INITIALS for letters in found.values()):
        raise InitialsMissing
    return found


def _witness(consent: Consent, name: str, signature: Sequence[Any]) -> None:
    name = " ".join(name.split())
    same = name.casefold() == consent.signed_name.casefold()
    if len(name) > LONGEST_NAME or (consent.document.needs_witness and (not is_whole_name(name) or same)):
        raise WitnessMissing
    consent.witness_name = name
    consent.witness_signature = _strokes(signature) if name else []


def _keep_copy(consent: Consent) -> None:
    """The signed copy as a file, written with the row that is saved next."""
    content = make_copy(consent)
    consent.pdf_sha256 = fingerprint_bytes(content)
    consent.pdf.save("copy.pdf", ContentFile(content), save=False)


def _record_signed(consent: Consent, at: datetime) -> None:
    facts: dict[str, Any] = {
        "purpose": consent.purpose,
        "document": consent.document_id,
        "text_sha256": consent.text_sha256,
    }
    record(clinic=consent.clinic, action="consent.signed", subject=consent, at=at, client_acted=True, **facts)


def _schedule_copy(consent: Consent, at: datetime) -> None:
    schedule_message(
        client=consent.client,
        kind=COPY,
        key=copy_key(consent),
        due_at=at,
        send_by=at + COPY_LEAVES_WITHIN,
        at=at,
    )
