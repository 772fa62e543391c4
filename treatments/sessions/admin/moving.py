"""The page on which a booked session moves, and what the pages of a session say of the rest of its series."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from portal.adminsite.options import Act, ClinicModelAdmin
from portal.practice.middleware import acting
from treatments.confirmations.services import knows_old_day
from treatments.plans.services import said_of
from treatments.sessions.forms import MoveForm
from treatments.sessions.models import Session
from treatments.sessions.services import NotToBeMoved, move_session
from treatments.sessions.terms import State


def why_not_moved(session: Session) -> str:
    """Why it cannot be moved; "" when it can."""
    return "" if session.state == State.BOOKED else str(NotToBeMoved())


def who_to_call(session: Session) -> str:
    """That the client knows of the old day, and no email tells them of the new one; "" when one does."""
    if not knows_old_day(session):
        return ""
    client = session.client
    call = f"Call them: {client.phone}." if client.phone else "Call them; no phone number is in their record."
    return f"{client.called} was told of the old day, and gets no email about the new one. {call}"


class MovePages(ClinicModelAdmin):
    """Move to another day; and every verb says what else of the series moved by it."""

    def action_page(self, request: HttpRequest, object_id: int, *, act: Act, **page: Any) -> HttpResponse:
        """A change of state; its sentence goes on with the sessions that are due on other days now."""

        def told(request: HttpRequest, session: Session, said: dict[str, Any]) -> str:
            began = timezone.now()
            return f"{act(request, session, said)} {said_of(session.plan, began)}".strip()

        return super().action_page(request, object_id, act=told, **page)

    def move_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """The same session, on another day or at another hour."""

        def act(request: HttpRequest, session: Session, said: dict[str, Any]) -> str:
            move_session(session=session, by=acting(request), at=timezone.now(), **said)
            return f"The session is moved. {who_to_call(session)}".strip()

        return self.action_page(
            request,
            object_id,
            title="Move the session",
            button="Move it",
            permission="treatments.move_session",
            form_class=MoveForm,
            form_kwargs={"session": self.get_own(request, object_id)},
            act=act,
            template="admin/treatments/session/action.html",
            why_not=why_not_moved,
            lead="Sessions of the plan that are not booked yet are due an interval after the one before them.",
        )
