"""In which language whoever asks reads, where nobody is known: for the pages that say that something went wrong."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.utils import translation

STAFF = "/admin/"  # practitioners' pages are English


def language_read(request: HttpRequest) -> str:
    """What a link's page already speaks, else what was chosen in the address or this browser, else what it prefers."""
    if request.path_info.startswith(STAFF):
        return settings.LANGUAGE_CODE
    known = dict(settings.LANGUAGES)
    said = (getattr(request, "LANGUAGE_CODE", ""), request.GET.get(settings.LANGUAGE_COOKIE_NAME, ""))
    return next((word for word in said if word in known), "") or translation.get_language_from_request(request)


def plain_page(request: HttpRequest, template: str, *, status: int, language: str = "") -> HttpResponse:
    """A page that needs no session, no clinic and no database."""
    with translation.override(language or language_read(request)):
        return HttpResponse(loader.get_template(template).render(), status=status)
