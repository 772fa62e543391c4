"""Idle sign-out, and pages that no cache may keep."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

Handler = Callable[[HttpRequest], HttpResponse]


class IdleSignOutMiddleware:
    """Signs a person out after IDLE_SIGN_OUT_SECONDS without a request."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = int(timezone.now().timestamp())
            if now - request.session.get("seen_at", now) > settings.IDLE_SIGN_OUT_SECONDS:
                logout(request)
            else:
                request.session["seen_at"] = now
        return self.get_response(request)


class PrivatePagesMiddleware:
    """No page is kept by a cache or a shared browser; static files answer before this and are kept."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response
