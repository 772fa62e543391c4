"""Whether a consent is in force and covers what is planned; and what cures it when not."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Protocol

from clients.records.models import Client
from portal.practice.models import Membership
from treatments.consents.guidance import ZoneDepth, beyond
from treatments.consents.models import Consent, Document
from treatments.consents.terms import ConsentPurpose, State
from treatments.products.terms import DeviceKind, Zone


class Needled(Protocol):
    """A zone with its depth, as plans and sessions have them."""

    @property
    def zone(self) -> str:
        """A Zone value."""

    @property
    def depth_mm(self) -> Decimal:
        """The needle depth in millimetres."""


ASK_AGAIN = "Ask for the consent again."
REFLECTING = "The client’s days to reflect are not over."  # nothing cures it but waiting
TALK = "Talk with them; ask again only if they wish it."
BEYOND = {
    "zone": "The consent does not cover {zone}.",
    "depth": "The consent covers {zone} less deep than this.",
    "device": "The consent is for another kind of device.",
    "cream": "The consent does not cover numbing cream.",
}
NO_EMAIL = {
    State.REFUSED: "The client refused these emails. Ask for their consent again only if they wish it.",
    State.WITHDRAWN: "The client withdrew their consent to these emails. Ask again only if they wish it.",
}


def consent_in_force(*, client: Client, purpose: str) -> Consent | None:
    """The client's signed consent for a purpose, if none has ended it."""
    return (
        Consent.objects.filter(client=client)
        .to(purpose)
        .in_force()
        .select_related("clinic", "document", "practitioner__user")
        .first()
    )


def why_no_email(*, client: Client, purpose: str) -> str:
    """Why emails of this purpose must not leave, else "". Who was never asked gets them."""
    newest = Consent.objects.filter(client=client).to(purpose).answered().first()
    return NO_EMAIL.get(State(newest.state), "") if newest else ""


def why_no_emails(*, clients: Iterable[int], purpose: str) -> dict[int, str]:
    """Of these clients (by id) those whom emails of this purpose must not reach, and why; one query for all of them."""
    found: dict[int, str] = {}
    answers = Consent.objects.filter(client__among=clients).to(purpose).answered()
    for client, state in answers.values_list("client_id", "state"):
        found.setdefault(client, NO_EMAIL.get(State(state), ""))
    return found


def why_no_consent(
    *,
    client: Client,
    practitioner: Membership,
    zones: Sequence[Needled],
    device_kind: str,
    topical_anaesthetic: bool,
    on: date,
    reflected: bool = False,
) -> str:
    """Why the client has not consented to being treated like this, by this practitioner, on that day; and the cure.

    "" when a consent to treatment is in force, its days to reflect are over, and it covers all of it. `reflected`: they
    were over when the session began, so one that was signed since, for what was done beyond the first, waits no more.
    """
    signed = consent_in_force(client=client, purpose=ConsentPurpose.TREATMENT)
    if signed is None:
        return _why_none(client)
    newer = Document.objects.published().to(signed.purpose).filter(number__gt=signed.document.number, asks_again=True)
    return why_not_held(
        signed,
        text_changed=newer.exists(),
        practitioner=practitioner,
        zones=zones,
        device_kind=device_kind,
        topical_anaesthetic=topical_anaesthetic,
        on=on,
        reflected=reflected,
    )


def why_not_held(
    signed: Consent,
    *,
    text_changed: bool,
    practitioner: Membership,
    zones: Sequence[Needled],
    device_kind: str,
    topical_anaesthetic: bool,
    on: date,
    reflected: bool = False,
) -> str:
    """The same for the consent that is in force; `text_changed` since, so that everybody is asked again."""
    if text_changed:
        return f"The text of the consent has changed since the client signed it. {ASK_AGAIN}"
    if signed.practitioner_id != practitioner.pk:
        return f"{signed.practitioner} took the consent. {practitioner}, who treats, has to take it: ask for it again."
    if (first := first_day(signed)) > on and not reflected:
        return f"{REFLECTING} Treat on {first:%-d %b %Y} or later."
    planned = [ZoneDepth(zone.zone, zone.depth_mm) for zone in zones]
    return _why_not_covered(
        beyond(signed.covers, zones=planned, device_kind=device_kind, topical_anaesthetic=topical_anaesthetic)
    )


def said_no(consent: Consent) -> str:
    """That a client refused or withdrew, when, and who wrote it down if they did not do it themselves; else ""."""
    what = "consent to treatment" if consent.purpose == ConsentPurpose.TREATMENT else "this consent"
    day = consent.clinic.local_day
    if consent.withdrawn_at:
        what = what.replace("consent to", "their consent to")
        told = f"; {consent.withdrawn_by} wrote it down" if consent.withdrawn_by else ""
        return f"The client withdrew {what} on {day(consent.withdrawn_at):%-d %b %Y}{told}."
    if consent.state == State.REFUSED and consent.answered_at:
        return f"The client refused {what} on {day(consent.answered_at):%-d %b %Y}."
    return ""


def replaced_by(consent: Consent, others: Iterable[Consent]) -> Consent | None:
    """Of the client's consents the one whose signature took the place of this one; None while none did."""
    if consent.answered_at is None or consent.state not in {State.REPLACED, State.OUTDATED}:
        return None
    since = (consent.answered_at, consent.pk)
    later = [(one.answered_at, one.pk, one) for one in others if one.purpose == consent.purpose and one.text_sha256]
    return min((row for row in later if row[0] and row[:2] > since), default=(None, None, None))[2]


def first_day(signed: Consent) -> date:
    """The first day that a signed consent allows a treatment: the same day, or after its full days to reflect."""
    if signed.answered_at is None:
        raise ValueError("This consent was not answered.")
    day = signed.clinic.local_day(signed.answered_at)
    days = signed.clinic.cooling_off_days
    return day + timedelta(days=days + 1) if days else day


def _why_none(client: Client) -> str:
    if Consent.objects.filter(client=client).to(ConsentPurpose.TREATMENT).asked().exists():
        return "The consent to treatment waits for the client’s signature. Send it again, or hand the tablet over."
    answered = Consent.objects.filter(client=client).to(ConsentPurpose.TREATMENT).answered()
    newest = answered.select_related("clinic", "withdrawn_by").first()
    if newest is None:
        return "The client has not consented to treatment. Ask for it."
    return {
        State.REFUSED: f"{said_no(newest)} {TALK}",
        State.WITHDRAWN: f"{said_no(newest)} {TALK}",
        State.OUTDATED: f"The text of the consent has changed since the client signed it. {ASK_AGAIN}",
    }.get(State(newest.state), f"No consent to treatment is in force. {ASK_AGAIN}")


def _why_not_covered(found: Iterable[tuple[str, str]]) -> str:
    names = dict(Zone.choices) | dict(DeviceKind.choices)
    said = [BEYOND[what].format(zone=str(names.get(which, which)).lower()) for what, which in found]
    return " ".join([*said, ASK_AGAIN]) if said else ""
