"""The one question before a client sees again what they told us."""

from django import forms
from django.utils.translation import gettext_lazy as _

DATE_FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d %b %Y", "%d %B %Y"]
NO_DATE = _("Please write the whole date, such as 17/05/1985.")


class BirthForm(forms.Form):
    """A date of birth."""

    birth = forms.DateField(
        label=_("Your date of birth"),
        input_formats=DATE_FORMATS,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "autocomplete": "bday"}),
        error_messages={"required": NO_DATE, "invalid": NO_DATE},
    )
