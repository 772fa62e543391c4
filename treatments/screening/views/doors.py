"""What the pages of one form share: whose draft may be seen, where to go on, and a cookie that has gone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt

from clients.links.models import ClientLink
from clients.links.terms import Purpose
from clients.links.views import behind_link, is_proven, prove
from portal.security.cookies import set_signed
from treatments.screening.forms.client import filled
from treatments.screening.forms.typed import BIRTH, Value, as_typed, day_in, names
from treatments.screening.models import Draft, OpenedForm, Screening, form_behind, links_to_forms
from treatments.screening.questionnaire import Questionnaire
from treatments.screening.services import NotWaiting
from treatments.screening.services.submitting import keep_draft
from treatments.screening.terms import State

WROTE = "draft_{}"  # a signed cookie: this browser wrote the draft
WROTE_FOR = 30 * 24 * 60 * 60  # seconds: as long as a link lasts
ONLY_HERE = "/screening/"
CARRIED = "carried-"  # what was typed before the date of birth was asked goes along in fields of this name


@dataclass
class Visit:
    """One request to a form that is still out, by a browser that may see what is in it."""

    request: HttpRequest
    link: ClientLink
    at: datetime
    screening: Screening
    draft: Draft | None
    questionnaire: Questionnaire
    anew: bool = False  # the draft is one that nobody can open any more: this visit begins another
    wrote_since: datetime | None = None  # when the draft was begun that this browser is known to have written

    @property
    def today(self) -> date:
        """The date on the clinic's wall: its clock is set while the page is made."""
        return timezone.localdate(self.at)

    @property
    def typed(self) -> dict[str, Value]:
        """What was typed so far."""
        return as_typed(self.questionnaire, self.draft.answers) if self.draft else {}

    def address(self, name: str, *rest: str) -> str:
        """The address of another page of this form."""
        return address(self.request, name, *rest)

    def first_open(self) -> str:
        """Where to go on: the first part that still asks something, else the check before sending."""
        for page in filled(self.questionnaire, self.typed, self.today):
            if page.errors:
                return self.address("part", page.part.section.key)
        return self.address("check")

    def keep(self, typed: Mapping[str, Value]) -> None:
        """Add to the draft. Raises NotWaiting."""
        self.draft = keep_draft(screening=self.screening, typed=typed, at=self.at, anew=self.anew, seen=self.draft)

    def remember(self, response: HttpResponse) -> HttpResponse:
        """This browser wrote the draft, and may see it for as long as the link lasts; the clinic's tablet forgets."""
        if self.draft is not None and not self.link.on_tablet and self.wrote_since != self.draft.begun_at:
            name, begun = WROTE.format(self.screening.pk), self.draft.begun_at.isoformat()
            set_signed(response, name, begun, salt="draft", seconds=WROTE_FOR, path=ONLY_HERE)
        return response


def address(request: HttpRequest, name: str, *rest: str) -> str:
    """The address of another page behind the same link."""
    token = request.resolver_match.kwargs["token"]  # type: ignore[union-attr]  # a view has one
    return reverse(f"screening:{name}", args=[token, *rest])


def visit_of(request: HttpRequest, link: ClientLink, at: datetime, form: OpenedForm) -> Visit | None:
    """The visit, or None while this browser may not see the draft."""
    screening, draft, questionnaire = form.screening, form.draft, form.questionnaire
    if draft is not None and wrote(request, draft):
        return Visit(request, link, at, screening, draft, questionnaire, wrote_since=draft.begun_at)
    if draft is None or is_proven(request, link):
        return Visit(request, link, at, screening, draft, questionnaire)
    if not known_births(link, draft):
        return Visit(request, link, at, screening, None, questionnaire, anew=True)
    return None


def wrote(request: HttpRequest, draft: Draft) -> bool:
    """Whether this browser wrote the draft."""
    name = WROTE.format(draft.screening_id)
    signed = request.get_signed_cookie(name, default="", salt="draft", max_age=WROTE_FOR)
    return signed == draft.begun_at.isoformat()


def known_births(link: ClientLink, draft: Draft | None) -> set[Any]:
    """The dates of birth that open the draft: the record's, and the one in the draft itself."""
    written = day_in(draft.answers.get(BIRTH, "")) if draft else None
    return {born for born in (link.client.date_of_birth, written) if born}


def ask_birth(request: HttpRequest, link: ClientLink, at: datetime, form: OpenedForm) -> HttpResponse:
    """The date of birth first; what was typed on the page that asked for it goes along and is kept afterwards."""
    carried = _carried(request, form.questionnaire)
    context: dict[str, object] = {
        "title": gettext("Your form"),
        "lead": gettext("This form has been begun. Please give your date of birth to go on with it."),
        "carried": [(CARRIED + name, one) for name, value in carried.items() for one in _each(value)],
    }
    response = prove(request, link, known=known_births(link, form.draft), context=context)
    if response.status_code == 302 and carried:  # noqa: PLR2004
        keep_draft(screening=form.screening, typed=carried, at=at)
    return response


def _carried(request: HttpRequest, questionnaire: Questionnaire) -> dict[str, Value]:
    before = CARRIED if "birth" in request.POST else ""
    return posted_values(request, questionnaire, before)


def _each(value: Value) -> list[str]:
    return value if isinstance(value, list) else [value]


def posted_values(request: HttpRequest, questionnaire: Questionnaire, before: str = "") -> dict[str, Value]:
    """The fields of the form that a request sends, as they were typed."""
    return {
        name: [one for one in request.POST.getlist(before + name) if one] if many else request.POST[before + name]
        for name, many in names(questionnaire).items()
        if before + name in request.POST
    }


def filling_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page of a form that is still out: `view(visit, **rest of the address)`; else the way in says what there is.

    The view checks the sender itself: a client whose cookie has gone keeps everything they have written.
    """

    @csrf_exempt
    @behind_link(Purpose.SCREENING, among=links_to_forms)
    @wraps(view)
    def page(request: HttpRequest, link: ClientLink, at: datetime, **rest: str) -> HttpResponse:
        form = form_behind(link)
        if form.screening.state != State.SENT:
            return redirect(address(request, "form"))
        visit = visit_of(request, link, at, form)
        try:
            return view(visit, **rest) if visit else ask_birth(request, link, at, form)
        except NotWaiting:
            return redirect(address(request, "form"))

    return page
