"""How much may leave in one minute: in all, and to one domain. Counted in the database, for all workers together."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from math import inf

from django.conf import settings
from django.db.models import F

from clients.messages.models import Allowance

MINUTE, KEPT_FOR = timedelta(minutes=1), timedelta(hours=1)
ALL = ""


def limit_of(domain: str) -> int | None:
    """How many may go to a domain in one minute; None = as many as there are."""
    limit: int | None = settings.MAIL_DOMAIN_PER_MINUTE.get(domain)
    return limit


def domain_of(address: str) -> str:
    """The domain of an address, in lower case."""
    return address.rpartition("@")[2].strip().lower()


def room(at: datetime) -> float:
    """How many more may leave in this minute in all."""
    if not settings.MAIL_PER_MINUTE:
        return inf
    used = Allowance.objects.filter(domain=ALL, minute=_minute(at)).values_list("used", flat=True).first()
    return max(settings.MAIL_PER_MINUTE - (used or 0), 0)


def within_limits(addresses: Sequence[str], at: datetime) -> list[datetime | None]:
    """For each address, in order: None when it may leave now, else the minute in which it is its turn."""
    if not settings.MAIL_PER_MINUTE and not settings.MAIL_DOMAIN_PER_MINUTE:
        return [None] * len(addresses)
    domains = [domain_of(address) for address in addresses]
    wanted = Counter(domain for domain in domains if limit_of(domain) is not None)
    granted = {domain: _take(domain, limit_of(domain) or 0, number, at) for domain, number in wanted.items()}
    turns = _turns(domains, granted, at)
    going = [number for number, turn in enumerate(turns) if turn is None]
    if settings.MAIL_PER_MINUTE:
        in_all = _take(ALL, settings.MAIL_PER_MINUTE, len(going), at)
        for place, number in enumerate(going[in_all:]):
            turns[number] = _minute(at) + MINUTE * (1 + place // settings.MAIL_PER_MINUTE)
            if domains[number] in granted:
                _give_back(domains[number], at)
    return turns


def _turns(domains: Sequence[str], granted: dict[str, int], at: datetime) -> list[datetime | None]:
    left, beyond = dict(granted), Counter[str]()
    turns: list[datetime | None] = []
    for domain in domains:
        if left.get(domain, 1) > 0:
            turns.append(None)
            if domain in left:
                left[domain] -= 1
        else:
            turns.append(_minute(at) + MINUTE * (1 + beyond[domain] // (limit_of(domain) or 1)))
            beyond[domain] += 1
    return turns


def _take(domain: str, limit: int, wanted: int, at: datetime) -> int:
    """Up to `wanted` of what is left of this minute; how many."""
    row, new = Allowance.objects.get_or_create(domain=domain, minute=_minute(at))
    if new:
        Allowance.objects.filter(minute__lt=at - KEPT_FOR).delete()
    while wanted > 0:
        got = min(wanted, max(limit - row.used, 0))
        if got == 0 or Allowance.objects.filter(pk=row.pk, used=row.used).update(used=F("used") + got):
            return got
        row.refresh_from_db()
    return 0


def _give_back(domain: str, at: datetime) -> None:
    Allowance.objects.filter(domain=domain, minute=_minute(at), used__gt=0).update(used=F("used") - 1)


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)
