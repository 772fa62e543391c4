"""The pages of a session that keep what is typed on them: their forms, their words, and until when."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from treatments.sessions.forms import CompleteForm
from treatments.sessions.forms.materials import MaterialsForm
from treatments.sessions.models import Session
from treatments.sessions.services.refusals import NotUnderWay, Signed
from treatments.sessions.services.signing import signed_record
from treatments.sessions.terms import DraftPage, State


@dataclass(frozen=True)
class Paper:
    """One of them. `closed` says why nothing is kept now, "" while something is."""

    page: DraftPage
    form: type[Any]
    closed: Callable[[Session], str]
    verb: str
    nothing_yet: str


def why_not_completing(session: Session) -> str:
    """Why nobody completes it now; "" while somebody can."""
    if session.state == State.IN_PROGRESS:
        return ""
    who = f" by {session.completed_by}" if session.completed_by else ""
    return f"This session is {session.get_state_display().lower()}{who}."


def why_not_written(session: Session) -> str:
    """Why materials and aftercare cannot be written down now; "" when they can."""
    if session.state not in {State.IN_PROGRESS, State.COMPLETED}:
        return str(NotUnderWay())
    return str(Signed()) if signed_record(session) else ""


COMPLETING = Paper(DraftPage.COMPLETE, CompleteForm, why_not_completing, "complete", "Nothing is completed yet.")
MATERIALS = Paper(DraftPage.MATERIALS, MaterialsForm, why_not_written, "save", "Nothing is in the record yet.")
