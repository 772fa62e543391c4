"""The pages on which a session is started, and completed with what was done."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property

from portal.practice.middleware import acting
from portal.practice.models import User
from treatments.plans.guidance import ZoneDepth
from treatments.sessions.admin.charts import input_chart, off_label_hints
from treatments.sessions.admin.cures import Missing, with_cures
from treatments.sessions.admin.drafting import DraftPages, desk_of
from treatments.sessions.admin.papers import COMPLETING
from treatments.sessions.admin.words import completed_words, no_emails
from treatments.sessions.forms import CompleteForm, StartForm
from treatments.sessions.models import Session
from treatments.sessions.rules import checks
from treatments.sessions.services import (
    ZoneDone,
    complete_session,
    decision_in_force,
    done_facts,
    planned_facts,
    planned_zones,
    start_session,
)
from treatments.sessions.terms import State

FROM_THE_END = "The follow-up emails are scheduled from the end time."


class Gate:
    """What of the gate does not hold: as planned, or, once it is written down, for what was really done.

    The page asks for it last, when it is known whether the session was completed.
    """

    def __init__(self, user: User, session: Session) -> None:
        self.user, self.session, self.written = user, session, False
        self.zones: Sequence[ZoneDone | ZoneDepth] = planned_zones(session)
        self.on = timezone.localdate()

    def ask_of(self, zones: Sequence[ZoneDone], ended_at: datetime) -> None:
        """Ask it for what is written down."""
        self.written, self.zones, self.on = True, zones, timezone.localdate(ended_at)

    @cached_property
    def missing(self) -> list[Missing]:
        """The conditions that do not hold, each with the pages that cure it."""
        found = checks(done_facts(self.session, self.zones, self.on))
        return with_cures(self.user, self.session, [check for check in found if check.problem])


class DoingPages(DraftPages):
    """Start, and complete."""

    def start_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Show every condition, with what cures it; start when all hold."""

        def act(request: HttpRequest, session: Session, said: dict[str, Any]) -> str:
            start_session(session=session, by=acting(request), at=timezone.now(), **said)
            return "The session is started. Write down what was done when it ends."

        session = self._open(request, object_id, "start", State.BOOKED)
        if isinstance(session, HttpResponse):
            return session
        found, decision = checks(planned_facts(session, timezone.localdate())), decision_in_force(session)
        return self.action_page(
            request,
            object_id,
            title=f"Start session {session.number} of {session.client}",
            button="Start the session",
            permission="treatments.start_session",
            form_class=StartForm,
            form_kwargs={"conditions": decision.conditions if decision else []},
            act=act,
            template="admin/treatments/session/start.html",
            client=session.client,
            checks=with_cures(acting(request), session, found),
            decision=decision,
            hints=off_label_hints(session),
            missing=any(check.problem for check in found),
        )

    def complete_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Write down what was done; the follow-up emails are scheduled with it."""

        def act(request: HttpRequest, session: Session, said: dict[str, Any]) -> str:
            complete_session(session=session, by=acting(request), at=timezone.now(), **said)
            return completed_words(session)

        session = self._open(request, object_id, "complete", State.IN_PROGRESS)
        if isinstance(session, HttpResponse):
            return session
        drafts = desk_of(request, session, COMPLETING)
        if drafts.answer:
            return drafts.answer
        gate = Gate(acting(request), session)
        return self.action_page(
            request,
            object_id,
            title=f"Complete session {session.number} of {session.client}",
            button="Complete the session",
            permission="treatments.complete_session",
            form_class=CompleteForm,
            form_kwargs={"session": session, "at": timezone.now(), "written": gate.ask_of} | drafts.form_kwargs,
            act=act,
            template="admin/treatments/session/complete.html",
            drafts=drafts,
            client=session.client,
            chart=input_chart(session),
            hints=off_label_hints(session),
            gate=gate,
            lead=f"What is written here is kept as the record. {no_emails(session.client) or FROM_THE_END}",
        )

    def _open(self, request: HttpRequest, object_id: int, verb: str, expected: State) -> Any:
        """The own row; or, on a GET when it is too late for this verb, the way back with a sentence."""
        if not request.user.has_perm(f"treatments.{verb}_session"):
            raise PermissionDenied
        session = self.get_own(request, object_id)
        if request.method == "POST" or session.state == expected:
            return session
        state = session.get_state_display().lower()
        messages.info(request, f"This session is {state}: there is nothing to {verb}.")
        return redirect("admin:treatments_session_change", session.pk)
