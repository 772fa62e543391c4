"""The silence alarm: something is due, and nothing leaves. Owners are told by another way than the silent one."""

import logging
from datetime import datetime, timedelta
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from smtplib import SMTPException
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db.models import Q
from django_scopes import scopes_disabled

from clients.messages.models import Message, MessageQuerySet, OfficeState
from clients.messages.terms import State
from portal.practice.models import Membership
from portal.practice.terms import Role

log = logging.getLogger(__name__)

# The longest pause after which the mail server is tried again, and its spread: what was put off is found within it.
PUT_OFF = timedelta(hours=2)
SECONDS_TO_ANSWER = 5
WENT_WELL = range(200, 300)
SUBJECT = "Collagenda: no emails are leaving"
WORDS = """Emails of {clinic} are due, and none has left since {since}.

Clients get no follow-ups until this is mended; nothing is lost, and what is still in time leaves then.
Whoever looks after the portal should see whether its workers run and the mail server answers.

{url}
"""


def waiting(at: datetime) -> MessageQuerySet:
    """Messages that should have left, and longer ago than silence may last.

    Neither those that wait for the clinic's hours or for somebody to act, nor those whose wording is broken.
    """
    since = at - patience()
    nobody_came = Q(next_try_at__lte=since)
    put_off = Q(attempts__gt=0, broken_times=0, due_at__lte=since, next_try_at__lte=at + PUT_OFF)
    held_by_the_dead = Q(claimed_until__lte=since)
    return Message.objects.filter(Q(state=State.SCHEDULED) & (nobody_came | put_off) | held_by_the_dead)


def patience() -> timedelta:
    """How long nothing may leave while something is due."""
    return timedelta(minutes=settings.MAIL_SILENCE_MINUTES)


def silent_since(at: datetime) -> datetime | None:
    """Since when something is due and nothing leaves, in any clinic; None while all is well."""
    with scopes_disabled():  # all clinics send by the same way
        last_sent = OfficeState.objects.filter(pk=1).values_list("last_sent_at", flat=True).first()
        if last_sent and last_sent > at - patience():
            return None
        oldest = waiting(at).order_by("due_at").values_list("due_at", flat=True).first()
    return max(oldest, last_sent or oldest) if oldest else None


def watch(at: datetime) -> bool:
    """Write down whether the office is silent, and tell the owners once each time; whether it is."""
    since = silent_since(at)
    OfficeState.objects.get_or_create(pk=1)
    if since is None:
        OfficeState.objects.filter(pk=1, silent_since__isnull=False).update(silent_since=None, alarm_sent_at=None)
        return False
    if OfficeState.objects.filter(pk=1, silent_since=None).update(silent_since=since):
        log.error("Emails are due, and none leaves.")
    tell_owners(at, since)
    return True


def tell_owners(at: datetime, since: datetime) -> None:
    """An email to each owner whose clinic has something due, by the other way; once, until something leaves again."""
    if not settings.ALARM_EMAIL or not OfficeState.objects.filter(pk=1, alarm_sent_at=None).exists():
        return
    letters, other_way = _letters(at, since), dict[str, Any](settings.ALARM_EMAIL)
    try:
        connection = get_connection(timeout=settings.EMAIL_TIMEOUT, **other_way)
        connection.open()
        # Only now, so that it is tried again while this way is closed too; and before the first one leaves, so that
        # two workers never both send.
        if OfficeState.objects.filter(pk=1, alarm_sent_at=None).update(alarm_sent_at=at):
            connection.send_messages(letters)
        connection.close()
    except (OSError, SMTPException) as no:
        log.error("The owners could not be told: %s", type(no).__name__)  # noqa: TRY400  its text may hold addresses


def _letters(at: datetime, since: datetime) -> list[EmailMessage]:
    with scopes_disabled():
        clinics = set(waiting(at).values_list("clinic_id", flat=True))
        owners = Membership.objects.filter(clinic__in=clinics, role=Role.OWNER, ended_at=None, user__is_active=True)
        rows = list(owners.select_related("clinic", "user").order_by("pk"))
    return [EmailMessage(subject=SUBJECT, body=_words(row, since), to=[row.user.email]) for row in rows]


def _words(owner: Membership, since: datetime) -> str:
    local = since.astimezone(ZoneInfo(owner.clinic.time_zone))
    return WORDS.format(clinic=owner.clinic.name, since=f"{local:%-d %b %Y, %H:%M}", url=settings.BASE_URL)


def show_life() -> None:
    """Tell the dead-man address that all is well. It is believed to be dead when this stays out."""
    if not settings.DEADMAN_URL:
        return
    parts = urlsplit(settings.DEADMAN_URL)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    line = kind(parts.hostname or "", parts.port, timeout=SECONDS_TO_ANSWER)
    try:
        # http.client goes where it is sent and nowhere else: an answer that points elsewhere is not followed.
        line.request("GET", (parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
        status = line.getresponse().status
    except (OSError, HTTPException) as no:
        log.warning("The dead-man address does not answer: %s", type(no).__name__)
    else:
        if status not in WENT_WELL:
            log.warning("The dead-man address answers %d", status)
    finally:
        line.close()
