"""The forms behind a session's pages: book, start, complete, cancel."""

from treatments.sessions.forms.booking import BookForm, MoveForm, earliest
from treatments.sessions.forms.completing import CompleteForm
from treatments.sessions.forms.ending import CancelForm, CorrectEndForm
from treatments.sessions.forms.starting import StartForm

__all__ = ["BookForm", "CancelForm", "CompleteForm", "CorrectEndForm", "MoveForm", "StartForm", "earliest"]
