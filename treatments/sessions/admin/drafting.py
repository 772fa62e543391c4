"""Drafts of a session's pages: kept while somebody types, restored, and two people's texts beside each other."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from portal.adminsite.forms import short_hash
from portal.adminsite.ids import id_from
from portal.adminsite.options import ClinicModelAdmin
from portal.practice.middleware import acting
from portal.practice.models import User
from treatments.sessions.admin.papers import COMPLETING, MATERIALS, Paper
from treatments.sessions.forms.completing import READ
from treatments.sessions.models import Session, SessionDraft
from treatments.sessions.services.drafts import (
    Fields,
    keep_draft,
    last_written,
    mark_of,
    new_copy,
    other_drafts,
    own_draft,
)
from treatments.sessions.services.refusals import NotInProgress, NotUnderWay, Signed

COMPLETES = "treatments.complete_session"
MARK = 32  # characters; a copy's name and the moment of a save are no longer
HERE = timedelta(minutes=1)  # who saved within it has the page open
# What the page itself sends along; all else is somebody's text.
NOT_TYPED = {"csrfmiddlewaretoken", "copy", "continues", "mark", "seen", "others", "take", "save_draft", "merge", READ}
OPENED = "opened"  # what the record held when the form was opened: kept with a draft, and no text
RECORD = "record"  # the name of what is saved, among the copies
TOO_LATE = (NotInProgress, NotUnderWay, Signed)


class Difference(NamedTuple):
    """One field that two people filled in differently."""

    name: str
    label: str
    mine: str
    theirs: str


@dataclass(frozen=True)
class Other:
    """What stands beside one's own copy: whose, when it was saved, and what is different in it.

    It is another copy, or the record itself (`key` is RECORD) when that was saved since the form was opened.
    """

    key: str
    who: str
    has: str  # "has" or "have", with whom it is about
    fields: Fields
    saved_at: datetime
    mark: str
    here: bool = False
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True)
class Desk:
    """What the page needs of drafts; `answer` instead of the page, where the draft was all that was asked for."""

    paper: Paper
    copy: str
    url: str
    continues: str = ""
    mark: str = ""
    others: tuple[Other, ...] = ()
    digest: str = ""
    restored_at: datetime | None = None
    answer: HttpResponse | None = None
    form_kwargs: dict[str, Any] = field(default_factory=dict)

    @property
    def differing(self) -> tuple[Other, ...]:
        """Those with something else in them."""
        return tuple(other for other in self.others if other.differences)


def typed(data: QueryDict) -> dict[str, list[str]]:
    """What a form was filled in with, whatever its fields are; but for what no database holds."""
    sent = {name: data.getlist(name) for name in data if name not in NOT_TYPED}
    return {_storable(name): [_storable(value) for value in values] for name, values in sent.items()}


def _storable(text: str) -> str:
    return text.replace("\0", "")


def desk_of(request: HttpRequest, session: Session, paper: Paper) -> Desk:
    """A POST is kept first, whatever becomes of it; a GET shows again what this person typed last."""
    if paper.closed(session):
        return Desk(paper, "", "")
    return (_sent if request.method == "POST" else _opened)(request, session, paper)


def _opened(request: HttpRequest, session: Session, paper: Paper) -> Desk:
    user = acting(request)
    own, chosen = own_draft(session, paper.page, user), id_from(request.GET.get("from", ""))
    taken = SessionDraft.objects.of(session, paper.page).filter(pk=chosen).first() if chosen else None
    shown = taken or own
    continues = own.copy if own else ""
    others = tuple(_others(session, paper, user, continues, shown.fields if shown else None))
    return Desk(
        paper,
        new_copy(),
        _draft_url(session, paper),
        continues,
        mark_of(own),
        others,
        _digest(others),
        restored_at=shown.saved_at if shown else None,
        form_kwargs={"restored": _as_sent(shown.fields)} if shown else {},
    )


def _draft_url(session: Session, paper: Paper) -> str:
    return reverse(f"admin:treatments_session_{paper.page}_draft", args=[session.pk])


def _sent(request: HttpRequest, session: Session, paper: Paper) -> Desk:
    user, fields = acting(request), typed(request.POST)
    if "merge" in request.POST:
        fields |= _taken(request.POST, session, paper)
    try:
        draft = _keep(request, session, paper, fields)
    except TOO_LATE:  # somebody completed or signed it this very moment: the service says so
        return Desk(paper, "", "")
    others = tuple(_others(session, paper, user, draft.copy, draft.fields))
    answer: HttpResponse | None = None
    if "merge" in request.POST:
        messages.info(request, f"What you chose is in the form now. {paper.nothing_yet}")
        answer = redirect(f"admin:treatments_session_{paper.page}", session.pk)
    elif "save_draft" in request.POST:
        messages.success(request, f"Your draft is saved. {paper.nothing_yet}")
        answer = redirect("admin:treatments_session_change", session.pk)
    url = _draft_url(session, paper)
    desk = Desk(paper, draft.copy, url, others=others, digest=_digest(others), answer=answer)
    names = " and ".join(dict.fromkeys(other.who for other in desk.differing))
    if names and READ not in request.POST and request.POST.get("others") != desk.digest:
        todo = f"Look at both texts below, take over what is right, and {paper.verb} then."
        desk.form_kwargs["unseen"] = f"{names} wrote something else. {todo}"
    return desk


def _keep(request: HttpRequest, session: Session, paper: Paper, fields: Fields) -> SessionDraft:
    said = {name: _storable(request.POST.get(name, ""))[:MARK] for name in ("copy", "continues", "mark")}
    by, at = acting(request), timezone.now()
    return keep_draft(session=session, page=paper.page, fields=fields, by=by, at=at, **said)


def _taken(sent: QueryDict, session: Session, paper: Paper) -> Fields:
    """The fields that were ticked, as the other copy or the record has them."""
    copies = {str(draft.pk): draft.fields for draft in SessionDraft.objects.of(session, paper.page)}
    copies[RECORD] = untouched(paper.form(session=session, at=timezone.now()))
    chosen = (one.partition(":") for one in sent.getlist("take"))
    return {name: copies[pk].get(name, []) for pk, _, name in chosen if pk in copies}


def _as_sent(fields: Fields) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, values in fields.items():
        data.setlist(name, values)
    return data


def untouched(form: forms.BaseForm) -> Fields:
    """What a form sends that nobody has written in."""
    return {bound.name: _as_shown(bound.field, bound.initial) for bound in form}


def _as_shown(field: forms.Field, value: Any) -> list[str]:
    if isinstance(field, forms.BooleanField):
        return ["on"] if value else []
    shown = field.widget.format_value(field.prepare_value(value))
    return [str(one) for one in shown] if isinstance(shown, list) else [str(shown or "")]


def _others(session: Session, paper: Paper, user: User, copy: str, mine: Fields | None) -> Iterator[Other]:
    """What stands beside one's own copy; it differs from nothing while nothing is typed here."""
    form = paper.form(session=session, at=timezone.now())
    yield from _record(form, session, user, mine or {})
    for draft in other_drafts(session, paper.page, copy):
        found = tuple(_differences(form, mine, draft.fields)) if draft.fields and mine is not None else ()
        here = timezone.now() - draft.saved_at < HERE
        who = _name(user, draft.saved_by)
        yield Other(str(draft.pk), *who, draft.fields, draft.saved_at, mark_of(draft), here, found)


def _record(form: Any, session: Session, user: User, mine: Fields) -> Iterator[Other]:
    """The record, when it says something else and was saved since the form was opened."""
    if not form.stored or mine.get(OPENED, [form.stored]) == [form.stored]:
        return
    found, event = tuple(_differences(form, mine, written := untouched(form))), last_written(session)
    if found and event:
        yield Other(RECORD, *_name(user, event.actor), written, event.at, form.stored, differences=found)


def _name(user: User, other: User | None) -> tuple[str, str]:
    return ("You, in another window,", "have") if other == user else (str(other or "Somebody"), "has")


def _differences(form: forms.BaseForm, mine: Fields, theirs: Fields) -> Iterator[Difference]:
    for name in dict.fromkeys([*mine, *theirs]):
        if name == OPENED:
            continue
        first, second = mine.get(name, []), theirs.get(name, [])
        if [one for one in first if one] != [one for one in second if one]:
            label = str(form.fields[name].label) if name in form.fields else name.replace("_", " ").capitalize()
            yield Difference(name, label, _words(form, name, first), _words(form, name, second))


def _words(form: forms.BaseForm, name: str, values: list[str]) -> str:
    """What was chosen as the page names it; what was written as it was written."""
    choices = getattr(form.fields.get(name), "choices", ())
    named = {str(value): str(label) for value, label in choices}
    ticked = {"on": "ticked"} if isinstance(form.fields.get(name), forms.BooleanField) else {}
    return ", ".join(ticked.get(value, named.get(value, value)) for value in values if value)


def _digest(others: tuple[Other, ...]) -> str:
    """A mark for what of others was shown: a tick counts for that alone."""
    return short_hash([(other.key, other.mark) for other in others if other.differences])


class DraftPages(ClinicModelAdmin):
    """Where the pages send what is typed, every few seconds."""

    def get_urls(self) -> list[URLPattern]:
        """An address for each page, for a script."""
        draft = self.admin_site.admin_view(self.draft_page)
        own = [
            path(
                f"<int:object_id>/{paper.page}/draft/",
                draft,
                {"paper": paper},
                name=f"treatments_session_{paper.page}_draft",
            )
            for paper in (COMPLETING, MATERIALS)
        ]
        return [*own, *super().get_urls()]

    def draft_page(self, request: HttpRequest, object_id: int, paper: Paper) -> HttpResponse:
        """Keep it; say who else has the page open. 409 with a sentence once the page cannot be saved any more."""
        if not request.user.has_perm(COMPLETES):
            raise PermissionDenied
        session: Session = self.get_own(request, object_id)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        try:
            draft = _keep(request, session, paper, typed(request.POST) if "typed" in request.GET else {})
        except TOO_LATE as late:
            why = paper.closed(session) or str(late)
            words = f"{why} What you wrote is still on this page and is not in the record."
            return JsonResponse({"words": words}, status=409)
        return JsonResponse({"copy": draft.copy, "words": list(_told(session, paper, acting(request), draft))})


def _told(session: Session, paper: Paper, user: User, draft: SessionDraft) -> Iterator[str]:
    for other in _others(session, paper, user, draft.copy, draft.fields):
        at = f"{timezone.localtime(other.saved_at):%H:%M}"
        if other.here and not other.fields:
            yield f"{other.who} {other.has} this page open too."
        elif other.differences or (other.fields and not draft.fields):
            did = f" {other.has} this page open too, and" if other.here else ""
            yield f"{other.who}{did} wrote something else, saved at {at}. You will see both before you {paper.verb}."
