"""What a client fills in to sign or to decline, and what a practitioner asks for."""

import json
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clients.links.forms import SignsByName
from clients.records.rules import is_whole_name
from portal.security.lines import LineField
from treatments.consents.terms import ConsentPurpose

Stroke = list[list[float]]
BOX = (600, 200)  # a drawn signature's width and height
MOST_POINTS = 5000
LONGEST_DRAWING = 120_000  # characters, as it arrives
LONGEST_WORDS = 2000
LONGEST_PRICE = 120
NO_WITNESS = _("Please let the witness write their name.")


class DrawingField(forms.CharField):
    """A drawn signature: strokes of points in BOX; [] when nothing was drawn."""

    widget = forms.HiddenInput
    default_error_messages = {
        "invalid": _("The drawing could not be read. Please clear it and draw again, or leave it out.")
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=LONGEST_DRAWING, **kwargs)

    def clean(self, value: Any) -> list[Stroke]:
        """The strokes. Raises ValidationError."""
        written = super().clean(value)
        try:
            strokes = json.loads(written or "[]")
            kept = [[_point(point) for point in stroke] for stroke in strokes if stroke]
        except (ValueError, TypeError, OverflowError, RecursionError) as odd:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from odd
        if sum(map(len, kept)) > MOST_POINTS:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return kept


def _point(point: Any) -> list[float]:
    """Raises ValueError or TypeError for what is no point in the box."""
    x, y = (round(float(part), 1) for part in point)
    if not (0 <= x <= BOX[0] and 0 <= y <= BOX[1]):
        raise ValueError
    return [x, y]


def initials_name(clause: int) -> str:
    """The name of the field for a clause's initials."""
    return f"initials_{clause}"


class SignForm(SignsByName):
    """Initials where a clause needs them, the name that counts as the signature, a drawing, a witness."""

    signature = DrawingField(label=_("Your drawn signature"))
    witness_name = LineField(
        label=_("Full name of the witness"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": NO_WITNESS},
    )
    witness_signature = DrawingField(label=_("Drawn signature of the witness"))

    def __init__(self, *args: Any, clauses: Iterable[int], needs_witness: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["signed_name"].widget.attrs["autocomplete"] = "off"  # the clinic's tablet suggests no other client
        self.clauses = tuple(clauses)
        for clause in self.clauses:
            self.fields[initials_name(clause)] = LineField(
                label=_("Your initials for point %(number)s") % {"number": clause},
                max_length=6,
                widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "size": 6}),
                error_messages={"required": _("Please write your initials here.")},
            )
        if not needs_witness:
            del self.fields["witness_name"], self.fields["witness_signature"]
        self.order_fields([*map(initials_name, self.clauses), "signed_name"])

    def clean_witness_name(self) -> str:
        """A name, not one letter."""
        name: str = self.cleaned_data["witness_name"]
        if not is_whole_name(name):
            raise ValidationError(NO_WITNESS)
        return name

    def signed(self) -> dict[str, Any]:
        """What sign_consent takes."""
        said = self.cleaned_data
        return {
            "signed_name": said["signed_name"],
            "signature": said["signature"],
            "witness_name": said.get("witness_name", ""),
            "witness_signature": said.get("witness_signature", []),
            "initials": {str(clause): said[initials_name(clause)] for clause in self.clauses},
        }


class DeclineForm(forms.Form):
    """A client need not say why."""

    why = forms.CharField(
        label=_("Why not? You need not say."),
        required=False,
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
    )


class WithdrawForm(DeclineForm):
    """Nor why they take it back."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["why"].label = _("Why? You need not say.")


class AskForm(forms.Form):
    """What to ask one client for."""

    purposes = forms.MultipleChoiceField(
        label="What for",
        choices=ConsentPurpose.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="Each is signed by itself. Nothing is ticked for the client.",
        error_messages={"required": "Choose at least one."},
    )
    plan: "forms.ModelChoiceField[Any]" = forms.ModelChoiceField(
        queryset=None,
        required=False,
        label="Which plan",
        empty_label="None",
        help_text="A consent to treatment covers this plan’s zones, depths, device and numbing cream.",
    )
    price = forms.CharField(
        label="Price, as told to the client",
        required=False,
        max_length=LONGEST_PRICE,
        help_text="It stands in the text of a consent to treatment, such as “£180 a session”.",
    )
    how = forms.ChoiceField(
        label="How",
        choices=[("email", "By email"), ("hand_over", "Hand over: tablet, QR code or a link to copy")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how the client gets it."},
    )

    def __init__(self, *args: Any, plans: Any, has_email: bool, known: dict[str, str], **kwargs: Any) -> None:
        """`known` says, for purposes that were put to the client, how that stands."""
        super().__init__(*args, **kwargs)
        self.fields["purposes"].choices = [  # type: ignore[attr-defined]
            (value, f"{label} ({known[value]})" if value in known else label) for value, label in ConsentPurpose.choices
        ]
        self.fields["plan"].queryset = plans  # type: ignore[attr-defined]
        if not has_email:
            how = self.fields["how"]
            how.choices = [choice for choice in how.choices if choice[0] != "email"]  # type: ignore[attr-defined]
            how.help_text = "The client has no email address."


class ReasonForm(forms.Form):
    """Why something is withdrawn or refused."""

    reason = forms.CharField(
        label="Reason, as the client gave it",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=LONGEST_WORDS,
        error_messages={"required": "Write down what the client said."},
    )
