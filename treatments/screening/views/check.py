"""The last page: everything as it was answered, the statement of truth, and the one button that sends it."""

import hashlib
import json
from contextlib import suppress
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext

from clients.links.views import cookie_has_gone
from portal.security.cookies import set_signed
from portal.security.lockout import client_address
from treatments.screening.forms.client import PartForm, SignForm, answers_of, filled
from treatments.screening.forms.fields import UNSURE_DATE, options_of
from treatments.screening.forms.typed import BIRTH, day_in, unsure
from treatments.screening.forms.wording import wording_read
from treatments.screening.questionnaire import Question, fingerprint, snapshot
from treatments.screening.questionnaire.words import values_of
from treatments.screening.services import NotWaiting, submit_screening
from treatments.screening.views.doors import ONLY_HERE, Visit, filling_in

SENT_NOW = "sent_{}"  # a signed cookie: this browser has just sent the form
SENT_NOW_FOR = 10 * 60  # seconds


@dataclass(frozen=True)
class Line:
    """One question as it was answered."""

    words: str
    answer: str


@filling_in
def check(visit: Visit) -> HttpResponse:
    """Show all answers; a POST signs and sends them, once."""
    pages = filled(visit.questionnaire, visit.typed, visit.today)
    form = SignForm(visit.request.POST if visit.request.method == "POST" else None, signer=visit.link.client)
    asked = fingerprint(snapshot(visit.questionnaire))
    if form.is_valid() and not any(page.errors for page in pages):
        refusal = _why_not_yet(visit, asked)
        if not refusal:
            return _submit(visit, pages, form.cleaned_data["signed_name"])
        form.add_error(None, refusal)
    context = {
        "clinic": visit.link.clinic,
        "title": gettext("Check your answers"),
        "form": form,
        "asked": asked,
        "shown": _shown_sha256(visit),
        "parts": [_summary(visit, page) for page in pages],
        "back": visit.address("part", pages[-1].part.section.key),
        "is_complete": not any(page.errors for page in pages),
    }
    return render(visit.request, "screening/check.html", context, status=422 if form.is_bound else 200)


def _why_not_yet(visit: Visit, asked: str) -> str:
    """Why the form is shown once more before it is sent; "" when it may go."""
    if cookie_has_gone(visit.request):
        return gettext("Please press the button again. Everything you wrote is still here.")
    if visit.request.POST.get("asked", asked) != asked:  # the clinic has published another version since it was read
        return gettext("Please read once more what you have written. You can change everything until you send it.")
    shown = _shown_sha256(visit)
    if visit.request.POST.get("shown", shown) != shown:
        return gettext("Your answers have changed meanwhile. Please read them again.")
    return ""


def _shown_sha256(visit: Visit) -> str:
    """The answers on the page, as a hash: another browser may have the same draft open."""
    return hashlib.sha256(json.dumps(visit.typed, sort_keys=True).encode()).hexdigest()


def _submit(visit: Visit, pages: list[PartForm], signed_name: str) -> HttpResponse:
    response = redirect(visit.address("form"))
    with suppress(NotWaiting):  # it was sent a second time, or withdrawn meanwhile: the next page says which
        submit_screening(
            screening=visit.screening,
            answers=answers_of(pages, signed_name),
            asked=visit.questionnaire,
            language=(get_language() or "en").split("-")[0],
            wording=wording_read(visit.questionnaire),
            channel=visit.link.channel,
            address=client_address(visit.request),
            at=visit.at,
        )
        name, sent_at = SENT_NOW.format(visit.screening.pk), visit.at.isoformat()
        set_signed(response, name, sent_at, salt="sent", seconds=SENT_NOW_FOR, path=ONLY_HERE)
    return response


def _summary(visit: Visit, page: PartForm) -> dict[str, object]:
    section = page.part.section
    change = visit.address("part", section.key) + "?then=check"
    return {
        "title": gettext(section.title),
        "key": section.key,
        "change": change,
        "lines": _lines(page),
        "unanswered": [
            {"words": page.fields[name].label, "address": f"{change}#{_anchor(page, name)}", "why": errors[0]}
            for name, errors in page.errors.items()
        ],
    }


def _anchor(page: PartForm, name: str) -> str:
    return f"div_id_{name}" if any(question.key == name for question in page.part.questions) else f"id_{name}"


def _lines(page: PartForm) -> list[Line]:
    """Every question of the page that was asked, with its answer; "" where there is none."""
    lines = [Line(str(page.fields[BIRTH].label), _day(page, BIRTH))] if page.part.asks_birth else []
    for question in page.part.questions:
        if page.is_asked(question):
            lines += _lines_of(page, question)
    return lines


def _lines_of(page: PartForm, question: Question) -> list[Line]:
    answer = page.typed.get(question.key)
    chosen = values_of(answer)
    words = ", ".join(label for value, label in options_of(question) if value in chosen)
    return [
        Line(gettext(question.words), words),
        *(
            Line(gettext(asked.words), _day(page, asked.field))
            for asked in question.dates
            if question.asks_date(asked.field, answer)
        ),
        *(
            Line(gettext(text.words), str(page.typed.get(text.field, "")))
            for text in question.texts
            if question.asks_text(text.field, answer)
        ),
    ]


def _day(page: PartForm, field: str) -> str:
    if page.typed.get(unsure(field)):
        return str(UNSURE_DATE)
    day = day_in(page.typed.get(field, ""))
    return date_format(day, "DATE_FORMAT") if day else str(page.typed.get(field, ""))
