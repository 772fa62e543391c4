"""The client's page for photographs, behind the link of a follow-up about results. It shows none that are kept."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt

from clients.links.models import ClientLink
from clients.links.services import LinkNotOpen
from clients.links.terms import Purpose
from clients.links.views import behind_link
from portal.security.tries import count_try
from treatments.followups.models import Followup
from treatments.photos.forms import SendForm
from treatments.photos.guidance import NAMES
from treatments.photos.services import EnoughSent, SameAgain, may_send, send_photograph
from treatments.photos.terms import View

HOUR = timedelta(hours=1)
TRIES_AN_HOUR = 30  # each reads up to five files, which costs more than a page


# As the questions behind this link: the secret in the address is all the authority there is, and no cookie adds to it.
# And nothing of what is sent is read before the link is known to open.
@csrf_exempt
@behind_link(Purpose.FOLLOW_UP)
def send(request: HttpRequest, link: ClientLink, at: datetime) -> HttpResponse:
    """One box for each view. What is whole is kept at once; what is not says so at its field."""
    followups = Followup.objects.select_related("clinic", "client", "session__plan", "session__clinic")
    followup = followups.filter(pk=link.subject_id, client_id=link.client_id).first()
    if followup is None or not may_send(followup) or followup.session.ended_at is None:
        raise LinkNotOpen
    ended_at = followup.session.ended_at
    if request.method != "POST":
        return _page(request, link, SendForm(ended_at=ended_at, at=at))
    if count_try(f"photographs:{link.pk}", within=HOUR, at=at) > TRIES_AN_HOUR:
        return _page(request, link, problem=gettext("That was often. Please try again in an hour."), status=429)
    form = SendForm(request.POST, request.FILES, ended_at=ended_at, at=at)
    form.full_clean()
    received, problem = _keep(followup, form, at)
    if not form.errors and not problem:
        return _page(request, link, received=received)
    form.leave_out(received)
    return _page(request, link, form, received, problem, status=422)


def _keep(followup: Followup, form: SendForm, at: datetime) -> tuple[list[View], str]:
    """Each photograph that is whole; those that we have now, and why no more are taken."""
    received: list[View] = []
    for view, picture, taken_at in form.pictures:
        try:
            send_photograph(followup=followup, view=view, picture=picture, taken_at=taken_at, at=at)
        except EnoughSent:
            return received, gettext("We have enough photographs of this session now. Please call us to send others.")
        except SameAgain:  # a button pressed twice
            pass
        received.append(view)
    return received, ""


def _page(
    request: HttpRequest,
    link: ClientLink,
    form: SendForm | None = None,
    received: Sequence[View] = (),
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    token = request.resolver_match.kwargs["token"]  # type: ignore[union-attr]  # a view has one
    page = {
        "clinic": link.clinic,
        "title": gettext("Photographs of your skin"),
        "form": form,
        "received": [NAMES[view] for view in received],
        "problem": problem,
        "back": reverse("followups:reply", args=[token]),
    }
    return render(request, "photos/send.html", page, status=status)
