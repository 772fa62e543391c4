"""What is typed of a record before it is saved: kept while it is typed, one copy for each window."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from portal.audit.models import AuditEvent
from treatments.sessions.models import Session, SessionDraft
from treatments.sessions.services.record import refuse_unless_under_way
from treatments.sessions.services.refusals import NotInProgress
from treatments.sessions.terms import DraftPage, State

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
    page: DraftPage = DraftPage.COMPLETE,
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
    fields it is only noted who has the page open. Raises NotInProgress; of materials NotUnderWay or Signed.
    """
    now = Session.objects.held(session)
    _refuse_unless_open(now, page)
    mine = SessionDraft.objects.of(now, page).filter(saved_by=by)
    draft = mine.filter(copy=copy).first() if copy else mine.newest_first().first()
    if draft is None:
        earlier = mine.filter(copy=continues).first()
        goes_on = earlier if earlier and mark_of(earlier) == mark else None
        draft = goes_on or SessionDraft(clinic=now.clinic, session=now, page=page, saved_by=by)
        taken = SessionDraft.objects.filter(session=now, copy=copy).exists()
        draft.copy = new_copy() if taken or not copy else copy
    later = draft.saved_at + timedelta.resolution if draft.saved_at else at  # whatever the clock says
    draft.fields, draft.saved_at = dict(fields) or draft.fields, max(at, later)
    draft.save()
    mine.filter(fields={}, saved_at__lt=at - GONE).delete()
    return draft


def _refuse_unless_open(session: Session, page: DraftPage) -> None:
    """Each page keeps what is typed as long as it can be saved."""
    if page == DraftPage.MATERIALS:
        refuse_unless_under_way(session)
    elif session.state != State.IN_PROGRESS:
        raise NotInProgress


def mark_of(draft: SessionDraft | None) -> str:
    """By which a save is known from the next one; "" before the first."""
    return draft.saved_at.isoformat() if draft else ""


def last_written(session: Session) -> AuditEvent | None:
    """Who saved materials and aftercare last, and when."""
    saved = AuditEvent.objects.filter(subject_type="session", subject_id=session.pk, action="session.materials_written")
    return saved.select_related("actor").order_by("-sequence").first()


def own_draft(session: Session, page: DraftPage, user: "User") -> SessionDraft | None:
    """What this person typed last."""
    return SessionDraft.objects.of(session, page).filter(saved_by=user).written().newest_first().first()


def other_drafts(session: Session, page: DraftPage, copy: str) -> list[SessionDraft]:
    """The copies beside this one, the newest first: of other people, and of other windows of the same person."""
    return list(SessionDraft.objects.of(session, page).exclude(copy=copy).newest_first())


def drop_drafts(session: Session, *pages: DraftPage) -> None:
    """These pages are saved, or are not going to be."""
    SessionDraft.objects.filter(session=session, page__in=pages).delete()
