"""The signed cookies by which the pages behind a link know a browser again."""

from django.conf import settings
from django.http import HttpResponse


def set_signed(response: HttpResponse, name: str, value: str, *, salt: str, seconds: int, path: str = "/") -> None:
    """A cookie that nobody else could have written, for as long as that; no script reads it, no other site sends it."""
    response.set_signed_cookie(
        name,
        value,
        salt=salt,
        max_age=seconds,
        path=path,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
