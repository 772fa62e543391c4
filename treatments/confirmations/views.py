"""The client's page before a session: the last answers, and "nothing has changed" or "something has changed"."""

from contextlib import suppress
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from clients.links.models import ClientLink
from clients.links.services import HANDED_OVER_LASTS, LinkNotOpen, issue_link, open_link
from clients.links.terms import Purpose
from clients.links.views import behind_link, is_proven, prove, trust
from portal.security.lockout import client_address
from treatments.confirmations.emails import BOOKED, LINK_LASTS
from treatments.confirmations.forms import ConfirmForm
from treatments.confirmations.models import Confirmation
from treatments.confirmations.rules import is_too_early
from treatments.confirmations.services import (
    AnswersChanged,
    NothingToConfirm,
    NotWaiting,
    change_waits,
    confirm_nothing_changed,
    form_after,
    report_change,
    shown_sha256,
)
from treatments.confirmations.terms import State
from treatments.screening.models import Screening
from treatments.screening.services import screening_in_force
from treatments.screening.views.told import told


@behind_link(Purpose.CONFIRMATION)
def confirm(request: HttpRequest, link: ClientLink, at: datetime) -> HttpResponse:
    """The answers to confirm; afterwards, that we received it. Looking at it changes nothing."""
    confirmation = _behind(link, at)
    wants_change = request.method == "POST" and request.POST.get("choice") == "changed"
    looks = not wants_change and "birth" not in request.POST
    if confirmation.state == State.CHANGED or change_waits(link.client):
        return _go_on(request, link, confirmation, at)
    if confirmation.state == State.CONFIRMED and looks:
        return _received(request, link, confirmation)
    screening = screening_in_force(client=link.client)
    if screening is None:
        return _nothing_to_do(request, link)
    if not is_proven(request, link):
        return _prove(request, link, screening)
    if wants_change:
        return _changed(request, link, confirmation, at)
    return _ask(request, link, confirmation, screening, at)


def _behind(link: ClientLink, at: datetime) -> Confirmation:
    """What the link is for, or the newer word of the client about the same session. Raises LinkNotOpen."""
    found = Confirmation.objects.filter(pk=link.subject_id, client_id=link.client_id).select_related("session").first()
    if found is None or found.state == State.CLOSED or link.client.archived_at is not None:
        raise LinkNotOpen
    newest = Confirmation.objects.filter(session=found.session_id).standing().select_related("session").first() or found
    if newest.session.state != BOOKED and newest.state == State.ASKED:
        raise LinkNotOpen
    day = link.clinic.local_day
    if found.state in {State.CONFIRMED, State.CHANGED} and newest.state == State.ASKED:
        # They answered early and are asked again later: until then this link shows what they said.
        newest = found if is_too_early(day(at), day(newest.session.scheduled_for)) else newest
    newest.client, newest.clinic = link.client, link.clinic
    return newest


def _prove(request: HttpRequest, link: ClientLink, screening: Screening) -> HttpResponse:
    known: set[date] = {born for born in (link.client.date_of_birth, screening.birth_given) if born}
    context: dict[str, object] = {
        "title": gettext("Before your session"),
        "lead": gettext("Please give your date of birth. Then we show you your last answers."),
    }
    return prove(request, link, known=known, context=context)


def _ask(
    request: HttpRequest, link: ClientLink, confirmation: Confirmation, screening: Screening, at: datetime
) -> HttpResponse:
    sends = request.method == "POST" and request.POST.get("choice") == "nothing"
    form = ConfirmForm(request.POST if sends else None, signer=link.client, initial={"shown": shown_sha256(screening)})
    if form.is_valid():
        try:
            confirm_nothing_changed(
                confirmation=confirmation,
                answers_sha256=form.cleaned_data["shown"],
                signed_name=form.cleaned_data["signed_name"],
                channel=link.channel,
                address=client_address(request),
                at=at,
            )
        except (NotWaiting, NothingToConfirm):  # sent a second time, or changed meanwhile: the next page says which
            return redirect(request.path)
        except AnswersChanged:
            form = ConfirmForm({**request.POST.dict(), "shown": shown_sha256(screening)}, signer=link.client)
            form.add_error(None, gettext("Your answers have changed meanwhile. Please read them again."))
        else:
            return redirect(request.path)
    context = {
        "form": form,
        "title": gettext("Before your session"),
        "booked_for": confirmation.session.scheduled_for,
        "lines": told(screening),
        "filled_in": screening.submitted_at,
    }
    return _render(request, link, "confirm", context, status=422 if form.is_bound else 200)


def _changed(request: HttpRequest, link: ClientLink, confirmation: Confirmation, at: datetime) -> HttpResponse:
    with suppress(NotWaiting, NothingToConfirm):
        new = report_change(confirmation=confirmation, channel=link.channel, address=client_address(request), at=at)
        return _to_form(link, new, at)
    return redirect(request.path)


def _to_form(link: ClientLink, screening: Screening, at: datetime) -> HttpResponse:
    """On to the form, by a link of the same channel, in a browser that has proven who it is."""
    lasts = HANDED_OVER_LASTS.get(link.channel, LINK_LASTS)  # type: ignore[call-overload]
    token = issue_link(
        client=link.client,
        purpose=Purpose.SCREENING,
        subject_id=screening.pk,
        at=at,
        lasts=lasts,
        channel=link.channel,  # type: ignore[arg-type]
    )
    response = redirect("screening:form", token)
    trust(response, open_link(token=token, purpose=Purpose.SCREENING, at=at))
    return response


def _go_on(request: HttpRequest, link: ClientLink, confirmation: Confirmation, at: datetime) -> HttpResponse:
    """After "something has changed": the way to the form while it is out, else that it was received."""
    form = form_after(link.client)
    if form is None:
        return _nothing_to_do(request, link)
    if request.method != "POST":
        return _render(request, link, "go_on", {"title": gettext("Something has changed")})
    known = confirmation.screening
    if not is_proven(request, link):
        return _prove(request, link, known or form)
    return _to_form(link, form, at)


def _received(request: HttpRequest, link: ClientLink, confirmation: Confirmation) -> HttpResponse:
    context = {
        "title": gettext("Thank you"),
        "received_at": confirmation.answered_at,
        "may_change": confirmation.session.state == BOOKED,
    }
    return _render(request, link, "received", context)


def _nothing_to_do(request: HttpRequest, link: ClientLink) -> HttpResponse:
    return _render(request, link, "nothing", {"title": gettext("Thank you")})


def _render(
    request: HttpRequest, link: ClientLink, page: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    shared: dict[str, Any] = {"clinic": link.clinic, "on_tablet": link.on_tablet}
    if link.on_tablet:
        shared["hand_back_url"] = reverse("client_page", args=[link.client_id])
    return render(request, f"confirmations/{page}.html", shared | context, status=status)
