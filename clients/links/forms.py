"""The one question before a client sees again what they told us, a signature, and the three ways to hand over."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clients.links.terms import Channel
from clients.records.rules import is_whole_name
from portal.security.lines import LineField

if TYPE_CHECKING:
    from clients.records.models import Client

DATE_FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d %b %Y", "%d %B %Y"]
WAYS = [
    (Channel.COPIED, "Copy the link"),
    (Channel.CODE, "Show a QR code"),
    (Channel.TABLET, "Hand over this tablet"),
]
NOT_WHOLE = _("Please write your whole name: it is your signature.")
NO_DATE = _("Please write the whole date, such as 17/05/1985.")


class BirthForm(forms.Form):
    """A date of birth."""

    birth = forms.DateField(
        label=_("Your date of birth"),
        input_formats=DATE_FORMATS,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "autocomplete": "bday"}),
        error_messages={"required": NO_DATE, "invalid": NO_DATE},
    )


class SignsByName(forms.Form):
    """The client signs with their name. One unlike the name in their record is asked about once, never refused."""

    signed_name = LineField(
        label=_("Your full name, as your signature"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": NOT_WHOLE},
    )
    checked_name = LineField(required=False, max_length=120, widget=forms.HiddenInput)  # the name that was asked about

    def __init__(self, *args: Any, signer: "Client", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.signer = signer

    def clean_signed_name(self) -> str:
        """A name, not one letter."""
        name: str = self.cleaned_data["signed_name"]
        if not is_whole_name(name, str(self.signer)):
            raise forms.ValidationError(NOT_WHOLE)
        return name

    def clean(self) -> dict[str, Any]:
        """A name unlike the recorded one counts at the second press."""
        cleaned = super().clean() or self.cleaned_data
        name = cleaned.get("signed_name", "")
        if name and cleaned.get("checked_name") != name and not self.signer.is_named(name):
            self.add_error("signed_name", self._please_check(name))
        return cleaned

    def _please_check(self, name: str) -> str:
        self.data = {**dict(self.data.items()), "checked_name": name}  # the page shows the form with it
        return gettext("Your clinic has written your name differently. Please check it; if it is right, sign again.")


class HandOverForm(forms.Form):
    """How the clinic gives the link to the client."""

    how = forms.ChoiceField(label="How", choices=WAYS, error_messages={"required": "Choose one of the three ways."})
