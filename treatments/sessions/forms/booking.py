"""Book a session of a plan, or move one that is booked."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from portal.adminsite.forms import Point, PointsOut
from portal.adminsite.widgets import DateTimeBox
from treatments.consents.services import consent_in_force, first_day
from treatments.consents.terms import ConsentPurpose
from treatments.plans.models import Plan
from treatments.plans.schedule import too_soon
from treatments.sessions.models import Session

CANNOT_START = "As things stand, the session cannot start on this day."


class BookForm(PointsOut, forms.Form):
    """When the next session of a plan is to be."""

    save_anyway = "I have seen this; book anyway"
    scheduled_for = forms.DateTimeField(
        label="Date and time",
        widget=DateTimeBox,
        error_messages={
            "required": "Choose the date and time.",
            "invalid": "Choose a date and time, such as 01/06/2026 10:00.",
        },
    )

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan, self.others = plan, Session.objects.filter(client_id=plan.client_id)

    def clean(self) -> dict[str, Any]:
        """A session that comes too soon after the last one is pointed out."""
        cleaned = super().clean() or self.cleaned_data
        when = cleaned.get("scheduled_for")
        if when:
            last = self.others.last_before(when)
            day = timezone.localdate(last.takes_place_at) if last else None
            words = too_soon(timezone.localdate(when), day, self.plan.least_interval)
            found = [words, reflects_on(self.plan, timezone.localdate(when))]
            self.point_out([Point(f"{words} {CANNOT_START}") for words in found if words])
        return cleaned


def reflects_on(plan: Plan, day: date) -> str:
    """That the client's days to reflect are not over on a day, and when they are; else ""."""
    first = earliest(plan) if plan.clinic.cooling_off_days else None
    return f"The client’s days to reflect are over on {first:%-d %b %Y}." if first and first > day else ""


def earliest(plan: Plan) -> date | None:
    """The first day that the client's signed consent allows; None while there is none."""
    signed = consent_in_force(client=plan.client, purpose=ConsentPurpose.TREATMENT)
    return first_day(signed) if signed else None


class MoveForm(BookForm):
    """The other day and time of a session that is booked."""

    save_anyway = "I have seen this; move it anyway"

    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        super().__init__(*args, plan=session.plan, **kwargs)
        self.others = self.others.exclude(pk=session.pk)
        self.fields["scheduled_for"].initial = timezone.localtime(session.scheduled_for)
