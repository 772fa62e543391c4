"""Add a photograph to a session, and remove one; each with its reason to be refused, and its audit event."""

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.db import transaction
from django_scopes import scopes_disabled

from portal.audit.services import record
from portal.security.images import Picture
from treatments.care.terms import Asks
from treatments.followups.models import Followup
from treatments.photos.models import Photograph
from treatments.photos.services.consenting import why_no_photographs
from treatments.photos.services.refusals import (
    AlreadyRemoved,
    EnoughSent,
    InTheFuture,
    NoConsent,
    NotBegun,
    ReasonMissing,
    SameAgain,
    SessionCancelled,
)
from treatments.photos.terms import Moment
from treatments.sessions.models import Session
from treatments.sessions.terms import State

if TYPE_CHECKING:
    from portal.practice.models import User

MOST_SENT = 10  # photographs of one session by its client: each view twice


def add_photograph(
    *, session: Session, moment: str, view: str, picture: Picture, taken_at: datetime, by: "User | None", at: datetime
) -> Photograph:
    """Keep it with its session; `by` nobody: the client sent it. Raises the refusals; then no file is left behind."""
    photograph = Photograph(
        clinic_id=session.clinic_id,
        client_id=session.client_id,
        session=session,
        moment=moment,
        view=view,
        taken_at=taken_at,
        added_at=at,
        added_by=by,
        width=picture.width,
        height=picture.height,
        sha256=hashlib.sha256(picture.photograph).hexdigest(),
    )
    try:
        with transaction.atomic():
            # The client's row is held: a withdrawal at the same moment comes before this or after it, never between.
            _look_at(Session.objects.held(session), photograph)
            photograph.file.save("", ContentFile(picture.photograph), save=False)
            photograph.thumbnail.save("", ContentFile(picture.thumbnail), save=False)
            photograph.save(force_insert=True)
            record(
                clinic=session.clinic,
                action="photograph.added",
                subject=photograph,
                at=at,
                by=by,
                session=session.pk,
                moment=str(moment),
                view=str(view),
            )
    except BaseException:
        _drop_files(photograph)
        raise
    return photograph


def may_send(followup: Followup) -> bool:
    """Whether the client may send photographs from behind this follow-up's link: about results, while they agree."""
    about_results = followup.asks in {Asks.RESULTS, Asks.OUTCOME} and followup.session.ended_at is not None
    return about_results and not why_no_photographs(followup.client)


def send_photograph(*, followup: Followup, view: str, picture: Picture, taken_at: datetime, at: datetime) -> Photograph:
    """Keep what a client sent, with the session that the follow-up is about. Raises EnoughSent, and as above."""
    session, moment = followup.session, Moment.FOLLOW_UP
    return add_photograph(session=session, moment=moment, view=view, picture=picture, taken_at=taken_at, by=None, at=at)


def _look_at(session: Session, photograph: Photograph) -> None:
    """Raises the refusal that fits, if one does."""
    by_client = photograph.added_by is None
    if by_client and Photograph.objects.sent_by_client().filter(session=session).count() >= MOST_SENT:
        raise EnoughSent
    if session.state == State.CANCELLED:
        raise SessionCancelled
    if session.state == State.BOOKED and photograph.moment != Moment.BEFORE:
        raise NotBegun
    if photograph.taken_at > photograph.added_at:
        raise InTheFuture
    why = why_no_photographs(session.client)
    if why:
        raise NoConsent(why)
    if Photograph.objects.standing().filter(session=session, sha256=photograph.sha256).exists():
        raise SameAgain


def _drop_files(photograph: Photograph) -> None:
    for kept in (photograph.file, photograph.thumbnail):
        if kept:
            kept.storage.delete(str(kept.name))


def delete_removed_files(*, at: datetime) -> int:
    """The files of every removed photograph leave the disk, and when is noted; how many photographs.

    For what a crash or an older portal left behind: remove_photograph() does it at once.
    """
    with scopes_disabled():
        left = list(Photograph.objects.to_delete())
        for photograph in left:
            _let_files_go(photograph, at)
    return len(left)


def _let_files_go(photograph: Photograph, at: datetime) -> None:
    _drop_files(photograph)
    Photograph.objects.filter(pk=photograph.pk, files_gone_at=None).update(files_gone_at=at)


@transaction.atomic
def remove_photograph(*, photograph: Photograph, reason: str, by: "User", at: datetime) -> Photograph:
    """It is shown to nobody from now on, and its files are deleted; the row and the reason stay.

    Raises ReasonMissing and AlreadyRemoved.
    """
    if not reason.strip():
        raise ReasonMissing
    row = Photograph.objects.held(photograph.pk)
    if row.removed_at:
        raise AlreadyRemoved
    row.removed_at, row.removed_by, row.removal_reason = at, by, reason.strip()
    row.save(update_fields=["removed_at", "removed_by", "removal_reason"])
    record(clinic=row.clinic, action="photograph.removed", subject=row, at=at, by=by, session=row.session_id)
    # Once it is removed for certain. Robust: a file that cannot be deleted now is left for the hourly task.
    transaction.on_commit(lambda: _let_files_go(row, at), robust=True)
    return row
