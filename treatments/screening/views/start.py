"""The way in: before the form what it is, afterwards that it was received, or what the practitioner asks."""

from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt

from clients.links.models import ClientLink
from clients.links.terms import Purpose
from clients.links.views import behind_link, cookie_has_gone, is_proven, prove
from treatments.screening.forms.client import AnswerForm
from treatments.screening.forms.typed import parts
from treatments.screening.guidance import see_doctor_lines
from treatments.screening.models import OpenedForm, Query, Screening, form_behind, links_to_forms
from treatments.screening.questionnaire import read_kept
from treatments.screening.services.submitting import AlreadyAnswered, answer_query
from treatments.screening.terms import State
from treatments.screening.views.check import SENT_NOW, SENT_NOW_FOR
from treatments.screening.views.doors import ONLY_HERE, address, ask_birth, visit_of
from treatments.screening.views.told import told


@csrf_exempt  # checked where something is kept: a client whose cookie has gone keeps what they have written
@behind_link(Purpose.SCREENING, among=links_to_forms)
def start(request: HttpRequest, link: ClientLink, at: datetime) -> HttpResponse:
    """Whatever there is to do or to know behind the link. Looking at it changes nothing."""
    form = form_behind(link)
    if form.screening.state == State.SENT:
        return _before(request, link, at, form)
    screening = Screening.objects.get(pk=form.screening.pk)
    query = Query.objects.filter(screening=screening).unanswered().select_related("screening").first()
    return _asked_back(request, link, at, query) if query else _received(request, link, screening)


def _before(request: HttpRequest, link: ClientLink, at: datetime, form: OpenedForm) -> HttpResponse:
    visit = visit_of(request, link, at, form)
    if visit is None:
        return ask_birth(request, link, at, form)
    asked = parts(visit.questionnaire)
    context = {
        "clinic": link.clinic,
        "title": gettext("Before your treatment"),
        "begun": visit.draft is not None,
        "changed": form.screening.follows_id is not None,
        "go_on": visit.first_open() if visit.draft else visit.address("part", asked[0].section.key),
        "parts": [gettext(part.section.title) for part in asked],
        "on_tablet": link.on_tablet,
    }
    return render(request, "screening/start.html", context)


def _received(request: HttpRequest, link: ClientLink, screening: Screening) -> HttpResponse:
    """When it arrived and what happens next; to the browser that has just sent it, what it sent and what to do.

    A phone may open it again, or in another language, for some minutes. A tablet goes back to the clinic: once only,
    and without the answers.
    """
    cookie = SENT_NOW.format(screening.pk)
    sent_now = request.get_signed_cookie(cookie, default="", salt="sent", max_age=SENT_NOW_FOR)
    lines = see_doctor_lines(read_kept(screening.questionnaire), screening.answers or {}) if sent_now else []
    context = {
        "clinic": link.clinic,
        "title": gettext("Thank you"),
        "received_at": screening.submitted_at,
        "see_doctor": [gettext(line) for line in lines],
        "told": told(screening) if sent_now and not link.on_tablet else [],
        "hand_back_url": _hand_back(link, screening),
    }
    response = render(request, "screening/received.html", context)
    if sent_now and link.on_tablet:
        response.delete_cookie(cookie, path=ONLY_HERE, samesite="Lax")
    return response


def _asked_back(request: HttpRequest, link: ClientLink, at: datetime, query: Query) -> HttpResponse:
    """The practitioner's question, to whom it concerns; a POST answers it."""
    if not is_proven(request, link):
        context: dict[str, object] = {
            "title": gettext("A question about your form"),
            "lead": gettext("Your practitioner has a question. Please give your date of birth to read it."),
        }
        return prove(request, link, known=_births(link, query.screening), context=context)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if not cookie_has_gone(request):
            return _answer(request, link, at, query, form.cleaned_data["answer"])
        form.add_error(None, gettext("Please press the button again. Everything you wrote is still here."))
    page = {
        "clinic": link.clinic,
        "title": gettext("A question about your form"),
        "form": form,
        "question": query.words,
    }
    return render(request, "screening/question.html", page, status=422 if form.is_bound else 200)


def _answer(request: HttpRequest, link: ClientLink, at: datetime, query: Query, answer: str) -> HttpResponse:
    try:
        answer_query(query=query, answer=answer, channel=link.channel, at=at)
    except AlreadyAnswered:
        return redirect(address(request, "form"))
    context = {
        "clinic": link.clinic,
        "title": gettext("Thank you"),
        "received_at": at,
        "answered": True,
        "hand_back_url": _hand_back(link, query.screening),
    }
    return render(request, "screening/received.html", context)


def _births(link: ClientLink, screening: Screening) -> set[date]:
    return {born for born in (link.client.date_of_birth, screening.birth_given) if born}


def _hand_back(link: ClientLink, screening: Screening) -> str:
    return reverse("admin:treatments_screening_review", args=[screening.pk]) if link.on_tablet else ""
