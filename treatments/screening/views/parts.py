"""One page for each part of the form, the follow-ups on a page of their own, and the draft as it is written."""

from typing import TypeVar

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from clients.links.services import LinkNotOpen
from clients.links.views import cookie_has_gone
from treatments.screening.forms.client import MoreForm, PartForm
from treatments.screening.forms.layout import with_layout
from treatments.screening.forms.typed import Part, parts
from treatments.screening.views.doors import Visit, filling_in, posted_values

F = TypeVar("F", bound=PartForm)
THEN_CHECK = "?then=check"  # the part was opened from the check page, and leads back to it


@filling_in
def part(visit: Visit, section: str) -> HttpResponse:
    """The questions of one section; a POST keeps the answers and goes on."""
    request, here = visit.request, _part(visit, section)
    if here is None:
        return redirect(visit.first_open())
    at_once = request.POST.get("at_once") == "1"  # the script showed the follow-ups in their places
    form = _form(PartForm, visit, here, follow_ups=at_once)
    if not _kept(visit, form):
        return _page(visit, form, back=_before(visit, here))
    if not at_once and _form(MoreForm, visit, here, bind=False).asks_more:
        return visit.remember(redirect(visit.address("more", section) + _then(visit)))
    return visit.remember(redirect(_after(visit, here)))


@filling_in
def more(visit: Visit, section: str) -> HttpResponse:
    """The follow-ups that the answers of a section ask for; when those ask for more, once again."""
    here = _part(visit, section)
    if here is None:
        return redirect(visit.first_open())
    form = _form(MoreForm, visit, here)
    if not form.asks_more:
        return redirect(_after(visit, here))
    if not _kept(visit, form):
        return _page(visit, form, back=visit.address("part", section) + _then(visit))
    if set(_form(MoreForm, visit, here, bind=False).fields) - set(form.fields):
        return visit.remember(redirect(visit.request.get_full_path()))
    return visit.remember(redirect(_after(visit, here)))


@filling_in
def draft(visit: Visit) -> HttpResponse:
    """What the script saves while the client writes. Nothing is checked yet, and nothing is shown."""
    if visit.request.method != "POST" or cookie_has_gone(visit.request):
        return HttpResponse(status=405 if visit.request.method != "POST" else 403)
    visit.keep(posted_values(visit.request, visit.questionnaire))
    return visit.remember(HttpResponse(status=204))


def _part(visit: Visit, section: str) -> Part | None:
    """The part; None for one whose questions the clinic has all retired, maybe since it was opened."""
    found = next((one for one in parts(visit.questionnaire) if one.section.key == section), None)
    if found is None and all(known.key != section for known in visit.questionnaire.sections):
        raise LinkNotOpen
    return found


def _form(kind: type[F], visit: Visit, part: Part, *, bind: bool = True, follow_ups: bool = True) -> F:
    return kind(
        visit.request.POST if bind and visit.request.method == "POST" else None,
        questionnaire=visit.questionnaire,
        part=part,
        typed=visit.typed,
        today=visit.today,
        follow_ups=follow_ups,
    )


def _kept(visit: Visit, form: PartForm) -> bool:
    """Whether what was sent is in the draft and in order; what is not in order is in the draft as well."""
    if not form.is_bound:
        return False
    if cookie_has_gone(visit.request):
        form.add_error(None, gettext("Please press the button again. Everything you wrote is still here."))
        return False
    visit.keep(form.saved)
    return form.is_valid()


def _page(visit: Visit, form: PartForm, *, back: str) -> HttpResponse:
    here = form.part
    context = {
        "clinic": visit.link.clinic,
        "form": with_layout(form),
        "title": gettext(here.section.title),
        "help": gettext(here.section.help) if here.section.help else "",
        "progress": gettext("Part %(number)s of %(total)s: %(title)s")
        % {"number": here.number, "total": here.total, "title": gettext(here.section.title)},
        "here": here,
        "back": back,
        "draft": visit.address("draft"),
    }
    response = render(visit.request, "screening/part.html", context, status=422 if form.is_bound else 200)
    return visit.remember(response)


def _then(visit: Visit) -> str:
    return THEN_CHECK if visit.request.GET.get("then") == "check" else ""


def _before(visit: Visit, here: Part) -> str:
    if _then(visit):
        return visit.address("check")
    if here.number == 1:
        return visit.address("form")
    return visit.address("part", parts(visit.questionnaire)[here.number - 2].section.key)


def _after(visit: Visit, here: Part) -> str:
    if _then(visit) or here.number == here.total:
        return visit.address("check")
    return visit.address("part", parts(visit.questionnaire)[here.number].section.key)
