"""What a client says before a session."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.security.lines import LineField

STATEMENT = _("I have read my answers above. Nothing has changed, and I still agree to the treatment.")


class ConfirmForm(forms.Form):
    """The statement and the signature; `shown` is the hash of the answers on the page."""

    shown = forms.CharField(widget=forms.HiddenInput, max_length=64)
    statement = forms.BooleanField(
        label=STATEMENT, error_messages={"required": _("Please tick this if nothing has changed.")}
    )
    signed_name = LineField(
        label=_("Your full name, as your signature"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Please write your full name; it is your signature.")},
    )
