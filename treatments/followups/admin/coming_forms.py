"""The forms behind the pages of a follow-up that is to come."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from portal.adminsite.widgets import DateTimeBox
from treatments.followups.models import Followup
from treatments.followups.services import may_leave_between, why_not_then

LONGEST_LINE = 500


def words(moment: datetime) -> str:
    """A local moment as people write it: "1 Jun 2026, 14:00"."""
    return f"{moment:%-d %b %Y, %H:%M}"


class SkipForm(forms.Form):
    """Why it is not to leave."""

    reason = forms.CharField(
        label="Reason",
        max_length=160,
        error_messages={"required": "Write the reason: it is kept with the email."},
    )


class DelayForm(forms.Form):
    """When it is to leave."""

    due_at = forms.DateTimeField(
        label="Date and time",
        widget=DateTimeBox,
        error_messages={
            "required": "Choose the date and time.",
            "invalid": "Choose a date and time, such as 01/06/2026 10:00.",
        },
    )

    def __init__(self, *args: Any, followup: Followup, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.followup, self.at = followup, at
        when = self.fields["due_at"]
        when.initial = timezone.localtime(followup.message.due_at)
        between = may_leave_between(followup)
        if between and at < between.last:
            first, last = (timezone.localtime(moment) for moment in (max(between.first, at), between.last))
            when.help_text = f"Between {words(first)} and {words(last)}, in your clinic’s sending hours."

    def clean_due_at(self) -> datetime:
        """A moment at which its words are right."""
        due_at: datetime = self.cleaned_data["due_at"]
        if why := why_not_then(followup=self.followup, due_at=due_at, at=self.at):
            raise forms.ValidationError(why)
        return due_at


class LineForm(forms.Form):
    """One line in the practitioner's own words."""

    line = forms.CharField(
        label="Personal line",
        required=False,
        max_length=LONGEST_LINE,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Leave it empty to send the email without one.",
    )
