"""The way out of follow-up emails: a link in each of them, and the headers that mail programs show as a button."""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import get_script_prefix, reverse

from clients.links.services import issue_lasting_link, lasting_tokens
from clients.links.terms import Purpose
from treatments.consents.terms import ConsentPurpose

if TYPE_CHECKING:
    from treatments.followups.emails.facts import Letter

# Who finds an old email can still say no: each leads out for a year at least. One link serves a client's emails of the
# first of its two years.
OFF_LASTS = timedelta(days=2 * 366)
TOKEN = "0" * 43  # stands for a link's secret where an address is looked up, once for all
ONE_CLICK = ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")  # RFC 8058


def off_tokens(clients: Collection[int], at: datetime) -> dict[int, str]:
    """The secrets of these clients' links that the next email may bear too, by client: one query."""
    return lasting_tokens(clients=clients, purpose=Purpose.EMAILS_OFF, until=at + OFF_LASTS / 2)


def off_link(letter: "Letter", at: datetime) -> tuple[str, str]:
    """The address of the page that turns the client's follow-up emails off, and the secret in it."""
    token = letter.off_token or issue_lasting_link(
        client=letter.client, purpose=Purpose.EMAILS_OFF, at=at, lasts=OFF_LASTS
    )
    address = letter.shared.get(off_address) or letter.shared.setdefault(off_address, off_address(TOKEN))
    return address.replace(TOKEN, token), token


def off_address(token: str) -> str:
    """Where a token leads."""
    return settings.BASE_URL + _path(get_script_prefix()).replace(TOKEN, token)


@lru_cache(maxsize=4)
def _path(_prefix: str) -> str:
    return reverse("emails_off", args=[TOKEN, ConsentPurpose.FOLLOW_UP_EMAILS])


def off_headers(url: str) -> tuple[tuple[str, str], ...]:
    """What lets a mail program show one button for it."""
    return (("List-Unsubscribe", f"<{url}>"), ONE_CLICK)
