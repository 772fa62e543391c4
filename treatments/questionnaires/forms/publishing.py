"""Publishing a draft."""

from typing import Any

from django import forms

from portal.security.lines import LineField


class PublishForm(forms.Form):
    """Who approves it, and why it changes; a prescriber where it is looser."""

    approved_by = LineField(
        label="Approved by",
        max_length=160,
        help_text="The clinician who stands for every rule not approved before.",
        error_messages={"required": "Write the name of the clinician who approves this version."},
    )
    reason = forms.CharField(
        label="Why it changes",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write why it changes; it is kept with the version."},
    )
    prescriber = LineField(
        label="Prescriber who allows what is looser",
        max_length=160,
        error_messages={"required": "Name the prescriber who allows it, or go back and undo what is looser."},
    )

    def __init__(self, *args: Any, looser: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not looser:
            del self.fields["prescriber"]
