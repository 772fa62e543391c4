"""What is typed of a record before it is completed: kept while it is typed, one copy for each window."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from treatments.sessions.models import Session, SessionDraft
from treatments.sessions.services.refusals import NotInProgress
from treatments.sessions.terms import State

if TYPE_CHECKING:
    from portal.practice.models import User

Fields = Mapping[str, list[str]]
GONE = timedelta(minutes=10)  # a page on which nothing was typed, and of which nothing was heard since


def new_copy() -> str:
    """The name of a copy that nobody has yet."""
    return secrets.token_hex(8)


@transaction.atomic
def keep_draft(
    *,
    session: Session,
    copy: str,
    continues: str = "",
    mark: str = "",
    fields: Fields,
    by: "User",
    at: datetime,
) -> SessionDraft:
    """Keep what was typed in one window, under the name of its copy.

    A window that was opened on an earlier copy goes on with it, if that still has the mark it was opened with; else
    another window goes on with it too, and both are kept. One that names no copy goes on with the newest. Without
    fields it is only noted who has the page open. Raises NotInProgress.
    """
    now = Session.objects.held(session)
    if now.state != State.IN_PROGRESS:
        raise NotInProgress
    mine = SessionDraft.objects.filter(session=now, saved_by=by)
    draft = mine.filter(copy=copy).first() if copy else mine.newest_first().first()
    if draft is None:
        earlier = mine.filter(copy=continues).first()
        goes_on = earlier if earlier and mark_of(earlier) == mark else None
        draft = goes_on or SessionDraft(clinic=now.clinic, session=now, saved_by=by)
        taken = SessionDraft.objects.filter(session=now, copy=copy).exists()
        draft.copy = new_copy() if taken or not copy else copy
    later = draft.saved_at + timedelta.resolution if draft.saved_at else at  # whatever the clock says
    draft.fields, draft.saved_at = dict(fields) or draft.fields, max(at, later)
    draft.save()
    mine.filter(fields={}, saved_at__lt=at - GONE).delete()
    return draft


def mark_of(draft: SessionDraft | None) -> str:
    """By which a save is known from the next one; "" before the first."""
    return draft.saved_at.isoformat() if draft else ""


def own_draft(session: Session, user: "User") -> SessionDraft | None:
    """What this person typed last."""
    return SessionDraft.objects.filter(session=session, saved_by=user).exclude(fields={}).newest_first().first()


def other_drafts(session: Session, copy: str) -> list[SessionDraft]:
    """The copies beside this one, the newest first: of other people, and of other windows of the same person."""
    return list(SessionDraft.objects.filter(session=session).exclude(copy=copy).newest_first())


def drop_drafts(session: Session) -> None:
    """The record is completed, or is not going to be."""
    SessionDraft.objects.filter(session=session).delete()
