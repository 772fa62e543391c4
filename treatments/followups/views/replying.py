"""The client's page: a few questions behind a link. The first answers count, later ones are added."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt

from clients.links.models import ClientLink
from clients.links.services import LinkNotOpen
from clients.links.terms import Purpose
from clients.links.views import behind_link, is_proven, prove
from portal.security.cookies import set_signed
from portal.security.reading import plain_page
from treatments.followups.emails import emergency_of
from treatments.followups.emails.asking import asked_together
from treatments.followups.forms import ReplyForm, typed_in
from treatments.followups.guidance import ADVICE, emergency_first
from treatments.followups.models import Followup, Reply, ReplyDraft
from treatments.followups.questions import QUESTIONS, Answers, Question, together
from treatments.followups.redflags import assess_reply, heaviest
from treatments.followups.services import TooOften, keep_draft, submit_replies
from treatments.followups.terms import Urgency
from treatments.followups.views.beside import Beside, beside

WROTE = "reply_draft_{}"  # a signed cookie: this browser wrote the draft
WROTE_FOR = 30 * 24 * 60 * 60  # seconds: as long as a link lasts
ONLY_HERE = "/follow-up/"
BEGUN, AGAIN = "begun", "again"  # in the address: show me what I began elsewhere; I want to add something


@dataclass
class Visit:
    """One request to the questions behind a link, and what this browser may see of what was begun."""

    request: HttpRequest
    link: ClientLink
    at: datetime
    followup: Followup
    asked: list[Followup]
    draft: ReplyDraft | None
    beside: Beside | None
    wrote: bool = False  # this very request wrote to the draft

    @property
    def questions(self) -> tuple[Question, ...]:
        """Those of all steps that the email carried."""
        return together(followup.questions for followup in self.asked)

    @property
    def sees_draft(self) -> bool:
        """The browser that wrote it sees it again, and so does whoever gave the date of birth."""
        if self.draft is None:
            return False
        name = WROTE.format(self.followup.pk)
        signed = self.request.get_signed_cookie(name, default="", salt="reply_draft", max_age=WROTE_FOR)
        return signed == str(self.draft.pk) or is_proven(self.request, self.link)

    @property
    def may_prove(self) -> bool:
        """Whether something was begun elsewhere that the date of birth would open."""
        return self.draft is not None and not self.sees_draft

    def address(self, name: str) -> str:
        """The address of a page of this link."""
        token = self.request.resolver_match.kwargs["token"]  # type: ignore[union-attr]  # a view has one
        return reverse(f"followups:{name}", args=[token])

    def keep(self) -> None:
        """Add what was sent to the draft. One that this browser may not see gives way to its own."""
        typed = typed_in(self.questions, self.request.POST)
        if any(typed.values()) or self.sees_draft:
            seen = self.draft.pk if self.draft and self.sees_draft else None
            self.draft = keep_draft(followup=self.followup, typed=typed, at=self.at, seen=seen)
            self.wrote = True

    def remember(self, response: HttpResponse) -> HttpResponse:
        """This browser wrote the draft, or may see it; the clinic's tablet forgets."""
        if self.draft is not None and (self.wrote or self.sees_draft) and not self.link.on_tablet:
            name, which = WROTE.format(self.followup.pk), str(self.draft.pk)
            set_signed(response, name, which, salt="reply_draft", seconds=WROTE_FOR, path=ONLY_HERE)
        return response


# The secret in the address is all the authority there is and no cookie adds to it, so nobody can forge a request who
# could not send it anyway. And answers that need an ambulance must not end at a cookie that a phone did not keep.
@csrf_exempt
@behind_link(Purpose.FOLLOW_UP)
def reply(request: HttpRequest, link: ClientLink, at: datetime) -> HttpResponse:
    """The questions; once answered, when, and the way to add something."""
    visit = _visit(request, link, at)
    if not visit.beside and int(request.META.get("CONTENT_LENGTH") or 0) > settings.LARGEST_BODY:
        return plain_page(request, "413.html", status=413)  # only where files are asked for is so much read
    if BEGUN in request.GET and visit.may_prove:
        return _prove(visit)
    initial = visit.draft.answers if visit.draft and visit.sees_draft else {}
    posted = request.POST if request.method == "POST" else None
    form = ReplyForm(posted, questions=visit.questions, country=link.clinic.country, initial=initial)
    if form.is_valid():
        return _receive(visit, form.answers())
    if form.is_bound:
        visit.keep()
        _keep_beside(visit)
    elif _first_reply(visit) and AGAIN not in request.GET and not initial:
        return _received(visit)
    return _form(visit, form)


@csrf_exempt
@behind_link(Purpose.FOLLOW_UP)
def draft(request: HttpRequest, link: ClientLink, at: datetime) -> HttpResponse:
    """What the script saves while the client taps. Nothing is checked yet, and nothing is shown."""
    visit = _visit(request, link, at)
    if request.method != "POST":
        return HttpResponse(status=405)
    visit.keep()
    return visit.remember(HttpResponse(status=204))


def _visit(request: HttpRequest, link: ClientLink, at: datetime) -> Visit:
    rows = Followup.objects.filter(pk=link.subject_id, client_id=link.client_id)
    followup = rows.select_related("clinic", "client", "message", "draft", "session__plan", "session__clinic").first()
    if followup is None or not QUESTIONS[followup.asks]:
        raise LinkNotOpen
    begun = getattr(followup, "draft", None)
    part = beside(request, link, followup, at)
    return Visit(request, link, at, followup, asked_together(followup, at), begun, part)


def _form(visit: Visit, form: ReplyForm) -> HttpResponse:
    emergency = emergency_of(visit.link.clinic)
    context: dict[str, Any] = {
        "clinic": visit.link.clinic,
        "emergency": emergency,
        "help_now": gettext(ADVICE[Urgency.EMERGENCY].heading),
        "numbers": emergency_first(emergency),
        "form": form,
        "title": gettext("How are you?"),
        "draft": visit.address("draft"),
        "begun": f"?{BEGUN}" if visit.may_prove and not form.is_bound else "",
        "beside": visit.beside,
    }
    return visit.remember(render(visit.request, "followups/reply.html", context, status=422 if form.is_bound else 200))


def _prove(visit: Visit) -> HttpResponse:
    context: dict[str, object] = {
        "title": gettext("Your answers"),
        "lead": gettext("Please give your date of birth to go on with what you have begun."),
    }
    return prove(visit.request, visit.link, known={visit.link.client.date_of_birth}, context=context)


def _receive(visit: Visit, answers: Answers) -> HttpResponse:
    """Keep the answers and say what to do.

    No redirect: the advice goes to whoever has just answered, and to nobody who opens the link later. Answers that
    were not kept are advised on all the same: somebody may have got worse.
    """
    urgency = heaviest(assess_reply(followup.asks, answers)[0] for followup in visit.asked)
    replies: list[Reply] | None
    try:
        replies = submit_replies(followups=visit.asked, answers=answers, at=visit.at)
    except TooOften:
        replies = None
    _keep_beside(visit)  # after the answers, which may need somebody at once
    return _received(visit, urgency, added=_was_added(replies or ()), too_often=replies is None)


def _keep_beside(visit: Visit) -> None:
    if visit.beside:
        visit.beside.keep()


def _was_added(replies: Iterable[Reply]) -> bool:
    return any(reply.number > 1 for reply in replies)


def _first_reply(visit: Visit) -> Reply | None:
    """The first answers, once every step of the page was answered."""
    first = list(Reply.objects.counted().filter(followup__in=visit.asked).order_by("submitted_at"))
    return first[0] if len(first) == len(visit.asked) else None


def _received(
    visit: Visit, urgency: Urgency | None = None, *, added: bool = False, too_often: bool = False
) -> HttpResponse:
    advice = ADVICE[urgency] if urgency else None
    emergency, first = emergency_of(visit.followup.clinic), _first_reply(visit)
    context = {
        "clinic": visit.followup.clinic,
        "emergency": emergency,
        "numbers": emergency_first(emergency) if urgency == Urgency.EMERGENCY else emergency,
        "title": gettext(advice.heading) if advice else gettext("Thank you"),
        "advice": gettext(advice.words) if advice else "",
        "thanks": urgency not in (None, Urgency.NONE),
        "help_now": urgency == Urgency.EMERGENCY,
        "call": urgency in (Urgency.EMERGENCY, Urgency.URGENT),
        "added": added,
        "too_often": too_often,
        "again": f"{visit.address('reply')}?{AGAIN}",
        "received_at": first.submitted_at if first else visit.at,
        "beside": visit.beside,
    }
    odd = visit.beside is not None and bool(visit.beside.form.errors or visit.beside.problem)
    return render(visit.request, "followups/received.html", context, status=422 if odd else 200)
