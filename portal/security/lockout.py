"""Too many wrong passwords close the door for a quarter of an hour. Counted in the database; emails are not kept."""

from datetime import datetime
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import salted_hmac


def blurred_email(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """Stands for the typed email in the counts: the same for the same address, and nobody can read it back."""
    given = credentials or {}
    typed = given.get("username") or given.get("email") or request.POST.get("username", "")
    return blurred(str(typed).strip().lower())


def blurred(words: str) -> str:
    """The same for the same words, and nobody can read them back."""
    return salted_hmac("portal.security.lockout", words, algorithm="sha256").hexdigest()


def blurred_address(request: HttpRequest) -> str:
    """Stands for where a request comes from."""
    return blurred(client_address(request))


def client_address(request: HttpRequest) -> str:
    """Where a request comes from. Only our own proxy's word counts: the last address in X-Forwarded-For."""
    direct = _place(str(request.META.get("REMOTE_ADDR", "")))
    if settings.SECURE_PROXY_SSL_HEADER is None:
        return direct
    forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip()
    return _place(forwarded) or direct


def _place(address: str) -> str:
    # One home or server has a whole /64 of IPv6 addresses to choose from, so these count as one.
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, IPv4Address):
        return str(found)
    return str(found.ipv4_mapped or IPv6Address(int(found) >> 64 << 64))


def locked_attempts(since: datetime) -> "QuerySet[AccessAttempt]":
    """The counts that closed a door since then."""
    return AccessAttempt.objects.filter(  # type: ignore[no-any-return]
        failures_since_start__gte=settings.AXES_FAILURE_LIMIT, attempt_time__gt=since
    )


class LockoutHandler(AxesDatabaseHandler):  # type: ignore[misc]
    """Counts for each email and address; and, far wider, for each address alone, against guessing across people."""

    def is_locked(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
        """Whether this email from here, or anything from here, has to wait."""
        if super().is_locked(request, credentials):
            return True
        since = request.axes_attempt_time - settings.AXES_COOLOFF_TIME  # type: ignore[attr-defined]
        attempts = AccessAttempt.objects.filter(
            ip_address=request.axes_ip_address,  # type: ignore[attr-defined]
            attempt_time__gte=since,
        )
        failures = attempts.aggregate(total=Sum("failures_since_start"))["total"] or 0
        return bool(failures >= settings.SIGN_IN_FAILURES_PER_ADDRESS)


def locked_out(request: HttpRequest, *_: object) -> HttpResponse:
    """The page that says how long to wait; the same for addresses that exist and those that do not."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    context = admin.site.each_context(request) | {"title": "Please wait a little", "minutes": minutes}
    return render(request, "registration/locked_out.html", context, status=429)
