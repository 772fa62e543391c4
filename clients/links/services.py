"""Issue, open and revoke clients' links."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F
from django_scopes import scopes_disabled

from clients.links.models import ClientLink
from clients.links.terms import Channel, Purpose
from clients.records.models import Client
from portal.security.refusals import Refused

BIRTH_TRIES = 5


class LinkNotOpen(Refused):
    """This link does not open anything: it is unknown, has expired, or was withdrawn."""


def issue_link(
    *,
    client: Client,
    purpose: Purpose,
    subject_id: int,
    at: datetime,
    lasts: timedelta,
    channel: Channel = Channel.EMAIL,
) -> str:
    """A new token, 256 bits of chance; only its hash is kept. Older links to the same subject stay open."""
    token = secrets.token_urlsafe(32)
    ClientLink.objects.create(
        clinic_id=client.clinic_id,
        client=client,
        purpose=purpose,
        subject_id=subject_id,
        token_hash=_hash(token),
        issued_at=at,
        expires_at=at + lasts,
        channel=channel,
    )
    return token


def open_link(*, token: str, purpose: Purpose, at: datetime) -> ClientLink:
    """The link behind a token, with its clinic and client. Changes nothing. Raises LinkNotOpen."""
    with scopes_disabled():  # the token itself says which clinic to open
        link = (
            ClientLink.objects.filter(token_hash=_hash(token), purpose=purpose)
            .alive(at)
            .select_related("clinic", "client")
            .first()
        )
    if link is None:
        raise LinkNotOpen
    return link


@transaction.atomic
def revoke_links(*, purpose: Purpose, subject_id: int, at: datetime) -> int:
    """Close every open link to one subject; how many there were."""
    return ClientLink.objects.leading_to(purpose, subject_id).filter(revoked_at=None).update(revoked_at=at)


def birth_matches(*, link: ClientLink, given: date, known: Collection[date]) -> bool:
    """Whether it is the client's date of birth. A wrong one is counted; after BIRTH_TRIES no date matches any more."""
    if link.wrong_births >= BIRTH_TRIES:
        return False
    if given in known:
        return True
    ClientLink.objects.filter(pk=link.pk).update(wrong_births=F("wrong_births") + 1)
    return False


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
