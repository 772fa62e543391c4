"""Sign-out after a pause or a long day, bodies of a bearable size, and pages that no cache may keep."""

import re
from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from portal.security.reading import STAFF, plain_page

MOST_DIGITS = 18  # of a length: Python reads no number of thousands
Handler = Callable[[HttpRequest], HttpResponse]

SIGNED_OUT = "signed_out"
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
                user = request.user.pk
                logout(request)
                request.session[SIGNED_OUT] = user  # what they sent with this request may wait until they are back
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


class OwnNotFoundMiddleware:
    """While developing: what is not there gets the page that production shows, not Django's technical one."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Our page for a view that found nothing; other exceptions go on."""
        return plain_page(request, "404.html", status=404) if isinstance(exception, Http404) else None


class BodySizeMiddleware:
    """Refuses what is larger than a page takes, before anything reads it: whoever is not signed in fills no disk.

    It stands after the middleware that knows who is signed in. A large file of somebody who was signed out meanwhile
    leads to the sign-in, as a small one does.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.larger = (
            (re.compile(settings.PAGES_THAT_TAKE_FILES), settings.LARGEST_BODY_WITH_FILES),
            (re.compile(settings.PAGES_THAT_TAKE_PHOTOGRAPHS), settings.LARGEST_BODY_WITH_PHOTOGRAPH),
            (re.compile(settings.PAGES_THAT_TAKE_SEVERAL), settings.LARGEST_BODY_WITH_PHOTOGRAPHS),
        )

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, unless its body is too large or does not say how large it is."""
        length = request.META.get("CONTENT_LENGTH") or "0"
        if "HTTP_TRANSFER_ENCODING" in request.META or not (length.isascii() and length.isdigit()):
            return plain_page(request, "400.html", status=411)
        fitting = (most for pages, most in self.larger if pages.fullmatch(request.path_info))
        most = next(fitting, settings.LARGEST_BODY)
        if len(length) > MOST_DIGITS or int(length) > most:
            return plain_page(request, "413.html", status=413)
        if int(length) > settings.LARGEST_BODY and self._nobody_is_in(request):
            return redirect_to_login(request.get_full_path())
        return self.get_response(request)

    def _nobody_is_in(self, request: HttpRequest) -> bool:
        """Whether a practitioner's page is asked for by nobody; a client's link is looked at by its own page."""
        return request.path_info.startswith(STAFF) and not request.user.is_authenticated


class PrivatePagesMiddleware:
    """No page is kept by a cache or a shared browser; static files answer before this and are kept.

    Nor does a page get camera, microphone or place, unless it says so itself.
    """

    NO_DEVICES = "camera=(), microphone=(), geolocation=()"

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request; nobody may keep the answer, and nothing in it gets a device."""
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Permissions-Policy", self.NO_DEVICES)
        return response
