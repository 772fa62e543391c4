"""The way out of follow-up emails: a link in each of them, and the headers that mail programs show as a button."""

from datetime import datetime, timedelta
from functools import lru_cache

from django.conf import settings
from django.urls import get_script_prefix, reverse

from clients.links.services import issue_link
from clients.links.terms import Purpose
from treatments.consents.terms import ConsentPurpose
from treatments.followups.emails.facts import Letter

OFF_LASTS = timedelta(days=2 * 366)  # who finds an old email can still say no
TOKEN = "0" * 43  # stands for a link's secret where an address is looked up, once for all
ONE_CLICK = ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")  # RFC 8058


def off_link(letter: Letter, at: datetime) -> tuple[str, str]:
    """The address of the page that turns the client's follow-up emails off, and the secret in it."""
    client = letter.client
    token = issue_link(client=client, purpose=Purpose.EMAILS_OFF, subject_id=client.pk, at=at, lasts=OFF_LASTS)
    return off_address(token), token


def off_address(token: str) -> str:
    """Where a token leads."""
    return settings.BASE_URL + _path(get_script_prefix()).replace(TOKEN, token)


@lru_cache(maxsize=4)
def _path(_prefix: str) -> str:
    return reverse("emails_off", args=[TOKEN, ConsentPurpose.FOLLOW_UP_EMAILS])


def off_headers(url: str) -> tuple[tuple[str, str], ...]:
    """What lets a mail program show one button for it."""
    return (("List-Unsubscribe", f"<{url}>"), ONE_CLICK)
