"""A client's photographs behind the link of a follow-up about results: beside its questions, and on their own page.

None that is kept is shown.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus

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
from treatments.followups.views import BESIDE
from treatments.photos.forms import SendForm
from treatments.photos.guidance import NAMES
from treatments.photos.services import EnoughSent, NoConsent, SameAgain, may_send, send_photograph
from treatments.photos.terms import View

HOUR = timedelta(hours=1)
TRIES_AN_HOUR = 30  # each reads up to five files, which costs more than a page


@dataclass
class Photographs:
    """The photographs' part of one request: what was kept of it, and what is wrong."""

    request: HttpRequest
    link: ClientLink
    followup: Followup
    ended_at: datetime
    at: datetime
    form: SendForm
    received: list[str] = field(default_factory=list)
    problem: str = ""
    too_often: bool = False

    @property
    def address(self) -> str:
        """The page for photographs alone."""
        token = self.request.resolver_match.kwargs["token"]  # type: ignore[union-attr]  # a view has one
        return reverse("photos:send", args=[token])

    def keep(self) -> None:
        """What is whole is kept at once; what is not says so at its field."""
        if self.request.FILES:
            self.take()

    def take(self) -> None:
        """The same, and that there is none."""
        if count_try(f"photographs:{self.link.pk}", within=HOUR, at=self.at) > TRIES_AN_HOUR:
            self.problem, self.too_often = gettext("That was often. Please try again in an hour."), True
            return
        self.form = SendForm(self.request.POST, self.request.FILES, ended_at=self.ended_at, at=self.at)
        self.form.full_clean()
        kept, self.problem = _keep(self.followup, self.form, self.at)
        self.received = [NAMES[view] for view in kept]
        self.form.leave_out(kept)
        if not may_send(self.followup):  # withdrawn while they were read: nothing is asked for any more
            self.form = SendForm(ended_at=self.ended_at, at=self.at)
            self.form.leave_out(tuple(View))


def photographs(request: HttpRequest, link: ClientLink, followup: Followup, at: datetime) -> Photographs | None:
    """The part, while results are asked about and the client agrees to photographs for the record."""
    ended_at = followup.session.ended_at
    if ended_at is None or not may_send(followup):
        return None
    return Photographs(request, link, followup, ended_at, at, SendForm(ended_at=ended_at, at=at))


BESIDE.append(photographs)


# As the questions behind this link: the secret in the address is all the authority there is, and no cookie adds to it.
# And nothing of what is sent is read before the link is known to open.
@csrf_exempt
@behind_link(Purpose.FOLLOW_UP)
def send(request: HttpRequest, link: ClientLink, at: datetime) -> HttpResponse:
    """One box for each view."""
    followups = Followup.objects.select_related("clinic", "client", "session__plan", "session__clinic")
    followup = followups.filter(pk=link.subject_id, client_id=link.client_id).first()
    part = photographs(request, link, followup, at) if followup else None
    if part is None:
        raise LinkNotOpen
    if request.method != "POST":
        return _page(part)
    part.take()
    return _page(part, status=429 if part.too_often else 422 if part.form.errors or part.problem else 200)


def _keep(followup: Followup, form: SendForm, at: datetime) -> tuple[list[View], str]:
    """Each photograph that is whole; those that we have now, and why no more are taken."""
    received: list[View] = []
    for view, picture, taken_at in form.pictures:
        try:
            send_photograph(followup=followup, view=view, picture=picture, taken_at=taken_at, at=at)
        except EnoughSent:
            return received, gettext("We have enough photographs of this session now. Please call us to send others.")
        except NoConsent:
            return received, gettext("We take no photographs of your skin for your record.")
        except SameAgain:  # a button pressed twice
            pass
        received.append(view)
    return received, ""


def _page(part: Photographs, status: int = 200) -> HttpResponse:
    done = part.request.method == "POST" and status == HTTPStatus.OK
    token = part.request.resolver_match.kwargs["token"]  # type: ignore[union-attr]  # a view has one
    page = {
        "clinic": part.link.clinic,
        "title": gettext("Photographs of your skin"),
        "form": None if done or part.too_often or not part.form.fields else part.form,
        "received": part.received,
        "problem": part.problem,
        "back": reverse("followups:reply", args=[token]),
    }
    return render(part.request, "photos/send.html", page, status=status)
