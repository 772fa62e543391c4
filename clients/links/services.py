"""Issue, open and revoke clients' links."""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django_scopes import scopes_disabled

from clients.links.models import ClientLink, ClientLinkQuerySet
from clients.links.terms import Channel, Purpose
from clients.records.models import Client
from portal.audit.services import record
from portal.security.refusals import Refused

if TYPE_CHECKING:
    from portal.practice.models import User

HELD: ContextVar["list[NewLink] | None"] = ContextVar("HELD", default=None)
BIRTH_TRIES = 5
# How long a link lasts that the clinic hands over itself. A tablet goes from hand to hand, so its link is short.
HANDED_OVER_LASTS = {
    Channel.COPIED: timedelta(days=30),
    Channel.CODE: timedelta(days=1),
    Channel.TABLET: timedelta(hours=2),
}


class NewLink(NamedTuple):
    """A link that is still to be written down: its columns."""

    clinic_id: int
    client_id: int
    purpose: str
    subject_id: int
    token_hash: str
    issued_at: datetime
    expires_at: datetime
    channel: str
    wrong_births: int = 0
    nonce: str = ""


class LinkNotOpen(Refused):
    """This link does not open anything: it is unknown, has expired, or was withdrawn."""


class OwnerArchived(Refused):
    """This client is archived. Bring the record back first, then hand over the link."""


def issue_link(
    *,
    client: Client,
    purpose: Purpose,
    subject_id: int,
    at: datetime,
    lasts: timedelta,
    channel: Channel = Channel.EMAIL,
) -> str:
    """A new token, 256 bits of chance; only its hash is kept. Older links to the same subject stay open.

    Inside hold_links() the link opens only once issue_links() has been told of it.
    """
    token = secrets.token_urlsafe(32)
    _issue(NewLink(client.clinic_id, client.pk, purpose, subject_id, _hash(token), at, at + lasts, channel))
    return token


def issue_lasting_link(*, client: Client, purpose: Purpose, at: datetime, lasts: timedelta) -> str:
    """A new token that leads to the client themselves; lasting_tokens() finds it again for the next email."""
    nonce = secrets.token_urlsafe(16)
    token = _derived(_key(settings.SECRET_KEY), f"{purpose}:{client.pk}:{nonce}")
    hashed, channel = _hash(token), Channel.EMAIL
    _issue(NewLink(client.clinic_id, client.pk, purpose, client.pk, hashed, at, at + lasts, channel, nonce=nonce))
    return token


def lasting_tokens(*, clients: Collection[int], purpose: Purpose, until: datetime) -> dict[int, str]:
    """Of these clients those tokens that are open at least until then, by client: one query for all.

    The database alone opens nothing: a token is made from its row and SECRET_KEY. With another key none is found.
    """
    rows = ClientLink.objects.alive(until).filter(client__among=clients, purpose=purpose, subject_id=F("client_id"))
    found, key = {}, _key(settings.SECRET_KEY)
    lasting = rows.exclude(nonce="").order_by("expires_at")  # of several the one that is open longest
    for client, nonce, hashed in lasting.values_list("client_id", "nonce", "token_hash"):
        token = _derived(key, f"{purpose}:{client}:{nonce}")
        if _hash(token) == hashed:
            found[client] = token
    return found


def _derived(key: bytes, words: str) -> str:
    return urlsafe_b64encode(hmac.digest(key, words.encode(), "sha256")).decode().rstrip("=")


@lru_cache(maxsize=2)
def _key(secret: str) -> bytes:
    return hashlib.sha256(b"clients.links.lasting:" + secret.encode()).digest()


def _issue(link: NewLink) -> None:
    held = HELD.get()
    if held is None:
        issue_links([link])
    else:
        held.append(link)


@contextmanager
def hold_links() -> Iterator[list[NewLink]]:
    """Whatever links are made inside are not written down yet: those of a whole batch of emails then are, at once."""
    held: list[NewLink] = []
    before = HELD.set(held)
    try:
        yield held
    finally:
        HELD.reset(before)


def issue_links(links: Iterable[NewLink]) -> None:
    """Write down the links that were held, in one statement: from now on they open."""
    links = list(links)
    if not links or connection.vendor != "postgresql":
        ClientLink.objects.bulk_create([ClientLink(**link._asdict()) for link in links])
        return
    copy = f"COPY {ClientLink._meta.db_table} ({', '.join(NewLink._fields)}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(copy) as lines:
        for link in links:
            lines.write_row(link)


@transaction.atomic
def hand_over_link(
    *, client: Client, purpose: Purpose, subject_id: int, channel: Channel, by: "User", at: datetime
) -> str:
    """A new token for somebody of the team to hand over, in one of the ways of HANDED_OVER_LASTS; it is in the trail.

    Raises OwnerArchived.
    """
    client = Client.objects.held(client.pk)
    if client.archived_at is not None:
        raise OwnerArchived
    lasts = HANDED_OVER_LASTS[channel]
    token = issue_link(client=client, purpose=purpose, subject_id=subject_id, at=at, lasts=lasts, channel=channel)
    link = ClientLink.objects.get(token_hash=_hash(token))
    record(
        clinic=client.clinic,
        action="clientlink.issued",
        subject=link,
        at=at,
        by=by,
        client=client.pk,
        purpose=purpose,
        subject_id=subject_id,
        channel=channel,
    )
    return token


def close_tablet_link(*, token: str, at: datetime) -> None:
    """What an earlier client opened on a tablet does not open any more once the tablet goes to the next.

    Neither do the pages that it led on to by a link of their own.
    """
    on_tablet = ClientLink.objects.filter(channel=Channel.TABLET)
    before = on_tablet.filter(token_hash=_hash(token)).first()
    if before is not None:
        earlier = on_tablet.filter(client_id=before.client_id, issued_at__lt=at)
        earlier.filter(revoked_at=None).update(revoked_at=at)


def language_behind(token: str) -> str:
    """The language of the client whom a link was made for, open or not; "" when there never was such a link."""
    with scopes_disabled():
        found = ClientLink.objects.filter(token_hash=_hash(token)).values_list("client__language", flat=True)
        return found.first() or ""


def links_with_owner() -> ClientLinkQuerySet:
    """Every link, with its clinic and client."""
    return ClientLink.objects.with_voice().select_related("clinic", "client")


def open_link(
    *, token: str, purpose: Purpose, at: datetime, among: Callable[[], ClientLinkQuerySet] = links_with_owner
) -> ClientLink:
    """The link behind a token. Changes nothing. Raises LinkNotOpen.

    `among` are the links to look among, with_voice(), and with whatever else shall be read in the same statement.
    """
    with scopes_disabled():  # the token itself says which clinic to open
        try:
            return among().alive(at).get(token_hash=_hash(token), purpose=purpose)
        except ClientLink.DoesNotExist:
            raise LinkNotOpen from None


@transaction.atomic
def revoke_links(*, client_id: int, purpose: Purpose, subject_id: int, at: datetime) -> int:
    """Close every open link to one subject; how many there were."""
    return ClientLink.objects.leading_to(client_id, purpose, subject_id).filter(revoked_at=None).update(revoked_at=at)


def birth_matches(*, link: ClientLink, given: date, known: Collection[date]) -> bool:
    """Whether it is the client's date of birth. A wrong one is counted; after BIRTH_TRIES no date matches any more.

    The try is taken before the date is looked at, so that many guesses at once are no more than five.
    """
    tries = ClientLink.objects.filter(pk=link.pk)
    if tries.filter(wrong_births__lt=BIRTH_TRIES).update(wrong_births=F("wrong_births") + 1) == 0:
        return False
    right = given in known
    if right:
        tries.update(wrong_births=F("wrong_births") - 1)
    link.refresh_from_db(fields=["wrong_births"])
    return right


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
