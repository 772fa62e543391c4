"""The one question before a client sees again what they told us, and the three ways to hand a link over."""

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.links.terms import Channel

DATE_FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d %b %Y", "%d %B %Y"]
WAYS = [
    (Channel.COPIED, "Copy the link"),
    (Channel.CODE, "Show a QR code"),
    (Channel.TABLET, "Hand over this tablet"),
]
NO_DATE = _("Please write the whole date, such as 17/05/1985.")


class BirthForm(forms.Form):
    """A date of birth."""

    birth = forms.DateField(
        label=_("Your date of birth"),
        input_formats=DATE_FORMATS,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "autocomplete": "bday"}),
        error_messages={"required": NO_DATE, "invalid": NO_DATE},
    )


class HandOverForm(forms.Form):
    """How the clinic gives the link to the client."""

    how = forms.ChoiceField(label="How", choices=WAYS, error_messages={"required": "Choose one of the three ways."})
