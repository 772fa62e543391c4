"""What every page behind a client's link shares: who it is for, in which clinic, time zone and language."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods
from django_scopes import scope

from clients.links.models import ClientLink
from clients.links.services import LinkNotOpen, open_link
from clients.links.terms import Purpose
from portal.practice.terms import spoken

View = Callable[[HttpRequest, ClientLink, datetime], HttpResponse]


def behind_link(purpose: Purpose) -> Callable[[View], Callable[[HttpRequest, str], HttpResponse]]:
    """A page that a link for this purpose opens: `view(request, link, at)`, within the link's clinic.

    It must be rendered before it returns. A link that does not open, or a LinkNotOpen that the view raises, says only
    what to do.
    """

    def decorate(view: View) -> Callable[[HttpRequest, str], HttpResponse]:
        @require_http_methods(["GET", "HEAD", "POST"])
        @wraps(view)
        def page(request: HttpRequest, token: str) -> HttpResponse:
            at = timezone.now()
            try:
                link = open_link(token=token, purpose=purpose, at=at)
                zone, language = ZoneInfo(link.clinic.time_zone), spoken(link.client.language)
                with scope(clinic=link.clinic), timezone.override(zone), translation.override(language):
                    return view(request, link, at)
            except LinkNotOpen:
                return _not_open(request)

        return page

    return decorate


def _not_open(request: HttpRequest) -> HttpResponse:
    context = {"title": gettext("This link does not open")}
    return render(request, "public/link_not_open.html", context, status=404)
