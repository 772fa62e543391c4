"""Publishing a draft."""

from typing import Any

from django import forms


class PublishForm(forms.Form):
    """Who approves it, and why it changes; a prescriber where it is looser."""

    approved_by = forms.CharField(
        label="Approved by", max_length=160, help_text="The clinician who stands for every rule not approved before."
    )
    reason = forms.CharField(label="Why it changes", widget=forms.Textarea(attrs={"rows": 3}))
    prescriber = forms.CharField(label="Prescriber who allows what is looser", max_length=160)

    def __init__(self, *args: Any, looser: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not looser:
            del self.fields["prescriber"]
