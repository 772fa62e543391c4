"""The pages on which a completed session is put right."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from portal.practice.middleware import acting
from treatments.sessions.admin.moving import MovePages
from treatments.sessions.forms import CancelForm, CorrectEndForm
from treatments.sessions.models import Session
from treatments.sessions.services import NotCompleted, correct_end, reopen_session
from treatments.sessions.services.refusals import Signed
from treatments.sessions.services.signing import signed_record
from treatments.sessions.terms import State


def why_not_completed(session: Session) -> str:
    """Why there is nothing to put right, or not in this way; "" when there is."""
    if session.state != State.COMPLETED:
        return str(NotCompleted())
    return str(Signed()) if signed_record(session) else ""


class CorrectionPages(MovePages):
    """Correct the end, or reopen."""

    def correct_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """It ended at another time than was written down."""

        def act(request: HttpRequest, session: Session, said: dict[str, Any]) -> str:
            correct_end(session=session, by=acting(request), at=timezone.now(), **said)
            return "The end is corrected. Follow-up emails that have not left count from there."

        return self.action_page(
            request,
            object_id,
            title="Correct the end of the session",
            button="Correct the end",
            permission="treatments.correct_session",
            form_class=CorrectEndForm,
            form_kwargs={"session": self.get_own(request, object_id), "at": timezone.now()},
            act=act,
            why_not=why_not_completed,
            lead="Follow-up emails that have not left move with it. What was written before stays in the notes.",
        )

    def reopen_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """It was completed by mistake, or wrongly."""

        def act(request: HttpRequest, session: Session, said: dict[str, Any]) -> str:
            reopen_session(session=session, by=acting(request), at=timezone.now(), **said)
            return "The session is in progress again. Complete it when the record is right."

        return self.action_page(
            request,
            object_id,
            title="Reopen the session",
            button="Reopen the session",
            permission="treatments.reopen_session",
            form_class=CancelForm,
            act=act,
            danger=True,
            why_not=why_not_completed,
            lead="Its follow-up emails that have not left are withdrawn until you complete it again. What has left is "
            "not sent twice. What was written before stays in the notes.",
        )
