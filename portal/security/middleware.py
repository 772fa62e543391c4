"""Sign-out after a pause or a long day, and pages that no cache may keep."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

Handler = Callable[[HttpRequest], HttpResponse]

PAUSED = "You were signed out after a pause, to keep your clients' records safe. Please sign in again."
LONG_DAY = "You were signed out because you signed in many hours ago. Please sign in again."


class IdleSignOutMiddleware:
    """Signs a person out after IDLE_SIGN_OUT_SECONDS without a request, and SESSION_COOKIE_AGE after signing in."""

    WRITES_EVERY_SECONDS = 10  # not on each request: a page with many parts would write the session for each

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, as nobody when the session is too old."""
        if request.user.is_authenticated:
            why = self._too_old(request)
            if why:
                logout(request)
                messages.info(request, why)
        return self.get_response(request)

    def _too_old(self, request: HttpRequest) -> str:
        now = int(timezone.now().timestamp())
        session = request.session
        if now - session.setdefault("signed_in_at", now) >= settings.SESSION_COOKIE_AGE:
            return LONG_DAY
        pause = now - session.get("seen_at", now)
        if pause > settings.IDLE_SIGN_OUT_SECONDS:
            return PAUSED
        if pause >= self.WRITES_EVERY_SECONDS or "seen_at" not in session:
            session["seen_at"] = now
        return ""


class PrivatePagesMiddleware:
    """No page is kept by a cache or a shared browser; static files answer before this and are kept."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, and say that nobody may keep the answer."""
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response
