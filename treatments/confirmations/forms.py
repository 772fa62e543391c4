"""What a client says before a session."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.links.forms import SignsByName

STATEMENT = _("I have read my answers above. Nothing has changed, and I still agree to the treatment.")


class ConfirmForm(SignsByName):
    """The statement and the signature; `shown` is the hash of the answers on the page."""

    shown = forms.CharField(widget=forms.HiddenInput, max_length=64)
    statement = forms.BooleanField(
        label=STATEMENT, error_messages={"required": _("Please tick this if nothing has changed.")}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["statement", "signed_name"])
