"""Cancel a session, or correct when it ended; when it can have ended."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from portal.adminsite.widgets import DateTimeBox
from treatments.followups.models import Enrolment
from treatments.sessions.models import Session
from treatments.sessions.rules import ended_at_problem


class CancelForm(forms.Form):
    """Why a session is taken off."""

    reason = forms.CharField(
        label="Reason",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write the reason: it is kept with the session."},
    )


def ended_before(session: Session) -> datetime | None:
    """When a session ended that was reopened; its course of follow-ups still counts from there."""
    course = Enrolment.objects.filter(session=session).first()
    return course.anchored_at if course else None


class CorrectEndForm(CancelForm):
    """When a completed session really ended, and why it said otherwise."""

    ended_at = forms.DateTimeField(
        label="Ended",
        widget=DateTimeBox,
        error_messages={"required": "Write when the session ended.", "invalid": "Write a date and a time."},
    )
    field_order = ("ended_at", "reason")

    def __init__(self, *args: Any, session: Session, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.session, self.at = session, at
        self.fields["ended_at"].initial = timezone.localtime(session.ended_at) if session.ended_at else None

    def clean_ended_at(self) -> datetime:
        """Neither in the future nor before the start."""
        return possible_end(self.cleaned_data["ended_at"], self.session, self.at)


def possible_end(ended: datetime, session: Session, at: datetime) -> datetime:
    """The end, if the session can have ended then. Raises ValidationError."""
    started = session.started_at or ended
    # People write minutes: a session that ended in the minute it started in did not end before it.
    if ended < started and ended >= started.replace(second=0, microsecond=0):
        ended = started
    problem = ended_at_problem(started_at=started, ended_at=ended, at=at)
    if problem:
        raise forms.ValidationError(problem)
    return ended
