"""The client's page: fill in the form behind a link, once."""

from contextlib import suppress
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt

from clients.links.models import ClientLink
from clients.links.services import LinkNotOpen
from clients.links.terms import Purpose
from clients.links.views import behind_link
from treatments.screening.forms.client import ScreeningForm
from treatments.screening.models import Screening
from treatments.screening.questionnaire import default
from treatments.screening.services import NotWaiting, submit_screening
from treatments.screening.terms import State


class CsrfCheck(CsrfViewMiddleware):
    """Django's own check, told to give its reason to the page instead of answering with a bare 403."""

    def _reject(self, request: HttpRequest, reason: str) -> str:
        return reason


# Checked in _fill_in: a client whose cookie has gone keeps everything they have written.
@csrf_exempt
@behind_link(Purpose.SCREENING)
def form(request: HttpRequest, link: ClientLink, at: datetime) -> HttpResponse:
    """The form; once it was sent, when we received it."""
    screening = Screening.objects.filter(pk=link.subject_id, client_id=link.client_id).first()
    if screening is None or screening.state == State.WITHDRAWN or link.client.archived_at is not None:
        raise LinkNotOpen
    if screening.state != State.SENT:
        return render(
            request,
            "screening/received.html",
            {"clinic": link.clinic, "title": gettext("Thank you"), "received_at": screening.submitted_at},
        )
    return _fill_in(request, link, screening, at)


def _fill_in(request: HttpRequest, link: ClientLink, screening: Screening, at: datetime) -> HttpResponse:
    posted = request.POST if request.method == "POST" else None
    filled = ScreeningForm(posted, questionnaire=default(), today=screening.local_day(at))
    if filled.is_valid() and not _cookie_has_gone(request):
        return _submit(request, screening, filled, at)
    if filled.is_bound and not filled.errors:
        filled.add_error(None, gettext("Please press the button again. Everything you wrote is still here."))
    context = {"clinic": link.clinic, "form": filled, "title": gettext("Before your treatment")}
    return render(request, "screening/form.html", context, status=422 if filled.is_bound else 200)


def _submit(request: HttpRequest, screening: Screening, filled: ScreeningForm, at: datetime) -> HttpResponse:
    with suppress(NotWaiting):  # it was sent a second time, or withdrawn meanwhile: the next page says which
        submit_screening(screening=screening, answers=filled.answers(), at=at)
    return redirect(request.path)


def _cookie_has_gone(request: HttpRequest) -> bool:
    return CsrfCheck(lambda _: HttpResponse()).process_view(request, None, (), {}) is not None  # type: ignore[arg-type]
