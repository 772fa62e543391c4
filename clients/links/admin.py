"""Hand a client's page over: a link to copy, a QR code to scan in the room, or this very tablet."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

import segno
from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from clients.links.forms import HandOverForm
from clients.links.services import HANDED_OVER_LASTS, close_tablet_link, hand_over_link
from clients.links.terms import Channel, Purpose
from clients.links.views import LANGUAGE
from clients.records.models import Client
from portal.adminsite.options import ClinicModelAdmin
from portal.practice.middleware import acting
from portal.security.cookies import set_signed
from portal.security.refusals import Refused

TABLET = "tablet"  # a signed cookie: which link this tablet was last handed over with
CODE_SCALE = 10


class Handed(NamedTuple):
    """A link that was just issued, ready to give to the client; it is shown this once."""

    url: str
    until: datetime
    code: str  # the picture's data: address, when it is to be scanned


class HandsOver(ClinicModelAdmin):
    """For the admin of what a client's link leads to: a page that hands the link over."""

    def hand_over(
        self,
        request: HttpRequest,
        *,
        client: Client,
        purpose: Purpose,
        subject_id: int,
        path: Callable[[str], str],
        permission: str,
        title: str,
        back_url: str,
    ) -> HttpResponse:
        """GET shows the three ways; POST `how=copied|code|tablet` issues the link.

        `path(token)` is the client's page. On a tablet the practitioner is signed out before that page opens.
        """
        if not request.user.has_perm(permission):
            raise PermissionDenied
        form = HandOverForm(request.POST if request.method == "POST" else None)
        handed, at = None, timezone.now()
        token = _issued(request, form, client, purpose, subject_id, at) if form.is_valid() else None
        if token:
            channel = Channel(form.cleaned_data["how"])
            if channel == Channel.TABLET:
                return _on_this_tablet(request, token, path(token), at)
            handed = _handed(settings.BASE_URL + path(token), channel, at)
        return self.page(
            request,
            "admin/links/hand_over.html",
            title=title,
            client=client,
            form=form,
            handed=handed,
            back_url=back_url,
        )


def _issued(
    request: HttpRequest, form: HandOverForm, client: Client, purpose: Purpose, subject_id: int, at: datetime
) -> str | None:
    """The new link's token; without one, the form says why."""
    channel = Channel(form.cleaned_data["how"])
    try:
        return hand_over_link(
            client=client, purpose=purpose, subject_id=subject_id, channel=channel, by=acting(request), at=at
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None


def _handed(url: str, channel: Channel, at: datetime) -> Handed:
    code = segno.make(url, error="m", micro=False) if channel == Channel.CODE else None
    picture = code.svg_data_uri(scale=CODE_SCALE, border=4, dark="#000", light="#fff") if code else ""
    return Handed(url=url, until=at + HANDED_OVER_LASTS[channel], code=picture)


def _on_this_tablet(request: HttpRequest, token: str, address: str, at: datetime) -> HttpResponse:
    """Nothing of the clinic, and nothing of the client before, stays open on the device."""
    before = request.get_signed_cookie(TABLET, default="", salt=TABLET)
    if before:
        close_tablet_link(token=before, at=at)
    logout(request)
    response = redirect(address)
    response.delete_cookie(LANGUAGE)
    lasts = HANDED_OVER_LASTS[Channel.TABLET]
    set_signed(response, TABLET, token, salt=TABLET, seconds=int(lasts.total_seconds()))
    return response
