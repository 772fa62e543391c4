"""What is answered when a request cannot be: in the reader's language, with nothing of what was asked for."""

from django.http import HttpRequest, HttpResponse

from clients.links.services import language_behind
from portal.practice.terms import spoken
from portal.security.reading import plain_page


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  Django gives it
    """What the browser sent could not be read."""
    return plain_page(request, "400.html", status=400)


def denied(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  Django gives it
    """Not for this person."""
    return plain_page(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  Django gives it
    """No such page, or not in this clinic."""
    return plain_page(request, "404.html", status=404)


def failed(request: HttpRequest) -> HttpResponse:
    """A fault of ours."""
    return plain_page(request, "500.html", status=500)


def not_our_form(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001  Django gives it
    """A POST without our cookie. It comes before the page it was for, so the link is asked whose language it speaks."""
    token = request.resolver_match.kwargs.get("token", "") if request.resolver_match else ""
    words = language_behind(token) if token else ""
    return plain_page(request, "403_csrf.html", status=403, language=spoken(words) if words else "")
