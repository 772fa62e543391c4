"""What every page behind a client's link shares: who it is for, in which clinic, time zone and language."""

from collections.abc import Callable, Collection
from datetime import date
from functools import wraps
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods
from django_scopes import scope

from clients.links.forms import BirthForm
from clients.links.models import ClientLink, ClientLinkQuerySet
from clients.links.services import BIRTH_TRIES, LinkNotOpen, birth_matches, language_behind, links_with_owner, open_link
from clients.links.terms import Purpose
from portal.practice.terms import AVAILABLE, spoken
from portal.security.cookies import set_signed
from portal.security.reading import language_read

View = Callable[..., HttpResponse]
LANGUAGE = settings.LANGUAGE_COOKIE_NAME  # in an address it chooses the language; the cookie of this name remembers it
PROVEN = "proven_{}"  # a signed cookie: this browser gave the date of birth for this link
PROVEN_FOR = 2 * 60 * 60  # seconds


def behind_link(
    purpose: Purpose, *, among: Callable[[], ClientLinkQuerySet] = links_with_owner
) -> Callable[[View], Callable[..., HttpResponse]]:
    """A page that a link for this purpose opens: `view(request, link, at, **rest of the address)`, in its clinic.

    It must be rendered before it returns. A link that does not open, or a LinkNotOpen that the view raises, says only
    what to do. `?language=de` speaks German from then on. `among` is for open_link().
    """

    def decorate(view: View) -> Callable[..., HttpResponse]:
        @require_http_methods(["GET", "HEAD", "POST"])
        @wraps(view)
        def page(request: HttpRequest, token: str, **rest: str) -> HttpResponse:
            at = timezone.now()
            try:
                link = open_link(token=token, purpose=purpose, at=at, among=among)
                zone, language = ZoneInfo(link.time_zone), language_of(request, link)
                request.LANGUAGE_CODE = language  # should the page fail, its fault speaks it too
                with scope(clinic=link.clinic_id), timezone.override(zone), translation.override(language):
                    return _remembering(request, view(request, link, at, **rest))
            except LinkNotOpen:
                return _not_open(request, token)

        return page

    return decorate


def language_of(request: HttpRequest, link: ClientLink) -> str:
    """The language that was chosen on the page, else the client's."""
    return _chosen_language(request) or spoken(link.language)


def _chosen_language(request: HttpRequest) -> str:
    """What was chosen in the address, else what this browser remembers; a language that we do not speak is none."""
    words = (request.GET.get(LANGUAGE, ""), request.COOKIES.get(LANGUAGE, ""))
    return next((word for word in words if word in AVAILABLE), "")


def is_proven(request: HttpRequest, link: ClientLink) -> bool:
    """Whether this browser may see what the client told us: it gave the date of birth, or is the clinic's tablet."""
    if link.on_tablet:
        return True
    signed = request.get_signed_cookie(PROVEN.format(link.pk), default="", salt="proven", max_age=PROVEN_FOR)
    return signed == link.token_hash


def prove(
    request: HttpRequest, link: ClientLink, *, known: Collection[date], context: dict[str, object]
) -> HttpResponse:
    """Ask for the date of birth before anything that the client told us is shown; then the same page again.

    `known` are the dates that count. `context` has title and lead.
    """
    form = BirthForm(request.POST if request.method == "POST" and "birth" in request.POST else None)
    if link.wrong_births < BIRTH_TRIES and form.is_valid():
        if birth_matches(link=link, given=form.cleaned_data["birth"], known=known):
            response = redirect(request.path)
            trust(response, link)
            return response
        form.add_error("birth", gettext("This is not the date we have. Please check it."))
    page = {"clinic": link.clinic, "form": form, "tries_left": link.wrong_births < BIRTH_TRIES} | context
    return render(request, "public/prove.html", page, status=422 if form.is_bound else 200)


def trust(response: HttpResponse, link: ClientLink) -> None:
    """From now on this browser may see what the client told us behind this link."""
    set_signed(response, PROVEN.format(link.pk), link.token_hash, salt="proven", seconds=PROVEN_FOR)


class CsrfCheck(CsrfViewMiddleware):
    """Django's own check, told to give its reason to the page instead of answering with a bare 403."""

    def _reject(self, request: HttpRequest, reason: str) -> str:
        return reason


def cookie_has_gone(request: HttpRequest) -> bool:
    """Whether a csrf_exempt page must not act on this POST: it shows the form again, with everything in it."""
    return CsrfCheck(lambda _: HttpResponse()).process_view(request, None, (), {}) is not None  # type: ignore[arg-type]


def _remembering(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    chosen = request.GET.get(LANGUAGE, "")
    if chosen in AVAILABLE:
        response.set_cookie(
            LANGUAGE, chosen, max_age=180 * 24 * 3600, secure=settings.SESSION_COOKIE_SECURE, samesite="Lax"
        )
    return response


def _not_open(request: HttpRequest, token: str) -> HttpResponse:
    """The same for every link, whatever it was for.

    In the language that was chosen on the page, else that of whoever it was made for, else what the browser prefers.
    """
    language = _chosen_language(request) or language_behind(token)
    with translation.override(spoken(language) if language else language_read(request)):
        context = {"title": gettext("This link does not open")}
        return render(request, "public/link_not_open.html", context, status=404)
