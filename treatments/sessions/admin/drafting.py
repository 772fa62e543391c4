"""Drafts of the page “Complete”: kept while somebody types, restored, and two people's texts beside each other."""

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
from treatments.sessions.forms.completing import READ, CompleteForm
from treatments.sessions.models import Session, SessionDraft
from treatments.sessions.services.drafts import (
    Fields,
    keep_draft,
    mark_of,
    new_copy,
    other_drafts,
    own_draft,
)
from treatments.sessions.services.refusals import NotInProgress
from treatments.sessions.terms import State

COMPLETES = "treatments.complete_session"
MARK = 32  # characters; a copy's name and the moment of a save are no longer
HERE = timedelta(minutes=1)  # who saved within it has the page open
# What the page itself sends along; all else is somebody's text.
NOT_TYPED = {"csrfmiddlewaretoken", "copy", "continues", "mark", "seen", "others", "take", "save_draft", "merge", READ}


class Difference(NamedTuple):
    """One field that two people filled in differently."""

    name: str
    label: str
    mine: str
    theirs: str


@dataclass(frozen=True)
class Other:
    """A copy beside one's own: whose, when it was saved, and what is different in it."""

    draft: SessionDraft
    who: str
    here: bool
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True)
class Desk:
    """What the page needs of drafts; `answer` instead of the page, where the draft was all that was asked for."""

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


def desk_of(request: HttpRequest, session: Session) -> Desk:
    """A POST is kept first, whatever becomes of it; a GET shows again what this person typed last."""
    user, url = acting(request), reverse("admin:treatments_session_draft", args=[session.pk])
    if session.state != State.IN_PROGRESS:
        return Desk("", url)
    return _sent(request, session, user, url) if request.method == "POST" else _opened(request, session, user, url)


def _opened(request: HttpRequest, session: Session, user: User, url: str) -> Desk:
    own, chosen = own_draft(session, user), id_from(request.GET.get("from", ""))
    taken = SessionDraft.objects.filter(session=session, pk=chosen).first() if chosen else None
    shown = taken or own
    continues = own.copy if own else ""
    others = tuple(_others(session, user, continues, shown.fields if shown else None))
    return Desk(
        new_copy(),
        url,
        continues,
        mark_of(own),
        others,
        _digest(others),
        restored_at=shown.saved_at if shown else None,
        form_kwargs={"restored": _as_sent(shown.fields)} if shown else {},
    )


def _sent(request: HttpRequest, session: Session, user: User, url: str) -> Desk:
    fields = typed(request.POST)
    if "merge" in request.POST:
        fields |= _taken(request.POST, session)
    try:
        draft = _keep(request, session, user, fields)
    except NotInProgress:  # somebody completed it this very moment: the service says so
        return Desk("", url)
    others = tuple(_others(session, user, draft.copy, draft.fields))
    answer: HttpResponse | None = None
    if "merge" in request.POST:
        messages.info(request, "What you chose is in the form now. Nothing is completed yet.")
        answer = redirect("admin:treatments_session_complete", session.pk)
    elif "save_draft" in request.POST:
        messages.success(request, "Your draft is saved. Nothing is completed yet.")
        answer = redirect("admin:treatments_session_change", session.pk)
    desk = Desk(draft.copy, url, others=others, digest=_digest(others), answer=answer)
    names = " and ".join(dict.fromkeys(other.who for other in desk.differing))
    if names and READ not in request.POST and request.POST.get("others") != desk.digest:
        unseen = f"{names} wrote something else. Look at both texts below, take over what is right, and complete then."
        desk.form_kwargs["unseen"] = unseen
    return desk


def _keep(request: HttpRequest, session: Session, user: User, fields: Fields) -> SessionDraft:
    said = {name: _storable(request.POST.get(name, ""))[:MARK] for name in ("copy", "continues", "mark")}
    return keep_draft(session=session, fields=fields, by=user, at=timezone.now(), **said)


def _taken(sent: QueryDict, session: Session) -> Fields:
    """The fields that were ticked, as the other copy has them."""
    copies = {str(draft.pk): draft.fields for draft in SessionDraft.objects.filter(session=session)}
    chosen = (one.partition(":") for one in sent.getlist("take"))
    return {name: copies[pk].get(name, []) for pk, _, name in chosen if pk in copies}


def _as_sent(fields: Fields) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, values in fields.items():
        data.setlist(name, values)
    return data


def _others(session: Session, user: User, copy: str, mine: Fields | None) -> Iterator[Other]:
    """The copies beside one's own; they differ from nothing while nothing is typed here."""
    drafts = other_drafts(session, copy)
    form = CompleteForm(session=session, at=timezone.now()) if drafts else None
    for draft in drafts:
        who = "You, in another window," if draft.saved_by_id == user.pk else str(draft.saved_by)
        found = tuple(_differences(form, mine, draft.fields)) if form and draft.fields and mine is not None else ()
        yield Other(draft, who, timezone.now() - draft.saved_at < HERE, found)


def _differences(form: forms.BaseForm, mine: Fields, theirs: Fields) -> Iterator[Difference]:
    for name in dict.fromkeys([*mine, *theirs]):
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
    return short_hash([(other.draft.copy, mark_of(other.draft)) for other in others if other.differences])


class DraftPages(ClinicModelAdmin):
    """Where the page sends what is typed, every few seconds."""

    def get_urls(self) -> list[URLPattern]:
        """One address, for a script."""
        draft = self.admin_site.admin_view(self.draft_page)
        return [path("<int:object_id>/draft/", draft, name="treatments_session_draft"), *super().get_urls()]

    def draft_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Keep it; say who else has the page open. 409 with a sentence once the session is not in progress any more."""
        if not request.user.has_perm(COMPLETES):
            raise PermissionDenied
        session: Session = self.get_own(request, object_id)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        user = acting(request)
        try:
            draft = _keep(request, session, user, typed(request.POST) if "typed" in request.GET else {})
        except NotInProgress:
            state = session.get_state_display().lower()
            who = f" by {session.completed_by}" if session.completed_by else ""
            words = f"This session is {state}{who}. What you wrote is still on this page and is not in the record."
            return JsonResponse({"words": words}, status=409)
        return JsonResponse({"copy": draft.copy, "words": list(_told(session, user, draft))})


def _told(session: Session, user: User, draft: SessionDraft) -> Iterator[str]:
    for other in _others(session, user, draft.copy, draft.fields):
        at = f"{timezone.localtime(other.draft.saved_at):%H:%M}"
        if other.here and not other.draft.fields:
            yield f"{other.who} has this page open too."
        elif other.differences or (other.draft.fields and not draft.fields):
            open_too = " has this page open too, and" if other.here else ""
            yield f"{other.who}{open_too} wrote something else, saved at {at}. You will see both before you complete."
