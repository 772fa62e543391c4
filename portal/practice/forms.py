"""What people type about themselves, the clinic and the team."""

from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm, AdminPasswordChangeForm
from django.contrib.auth import authenticate
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest

from portal.practice.models import Certificate, Clinic, Membership
from portal.practice.terms import AVAILABLE, Language, Role
from portal.security.lines import LineField
from portal.security.uploads import DocumentBox

if TYPE_CHECKING:
    ClinicModelForm = forms.ModelForm[Clinic]
    CertificateModelForm = forms.ModelForm[Certificate]
else:
    ClinicModelForm = CertificateModelForm = forms.ModelForm

LONGEST_EMAIL = 254
WRONG = "Please enter a correct email and password."


class SignInForm(AdminAuthenticationForm):
    """Email and password; one sentence whatever was wrong, so nobody learns which addresses exist."""

    username = forms.EmailField(
        label="Email",
        max_length=LONGEST_EMAIL,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    error_messages = {"invalid_login": WRONG, "inactive": WRONG}

    def clean_username(self) -> str:
        """The email as it is stored."""
        return str(self.cleaned_data["username"]).lower()

    def confirm_login_allowed(self, user: AbstractBaseUser) -> None:
        """Nothing to add: the backend has refused whoever may not enter, with the same sentence."""


class ChangePasswordForm(AdminPasswordChangeForm):
    """The password somebody has, and the new one."""

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_old_password(self) -> str:
        """Asked as the sign-in asks, so that wrong ones are counted with those at the door."""
        old = str(self.cleaned_data["old_password"])
        person = authenticate(self.request, username=self.user.email, password=old)
        if person is None:
            raise ValidationError(self.error_messages["password_incorrect"], code="password_incorrect")
        self.user = person  # as stored now
        return old


class EmailKeptSmall:
    """Mixin of forms with the field "email"."""

    cleaned_data: dict[str, Any]

    def clean_email(self) -> str:
        """In small letters, as it is kept. These may be more: "İ" becomes two."""
        email = str(self.cleaned_data["email"]).lower()
        if len(email) > LONGEST_EMAIL:
            raise ValidationError(f"This email is too long. Please enter one of at most {LONGEST_EMAIL} characters.")
        return email


class AskForPasswordForm(EmailKeptSmall, forms.Form):
    """The address that a new password is asked for."""

    email = forms.EmailField(
        max_length=LONGEST_EMAIL, widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True})
    )


class InviteForm(EmailKeptSmall, forms.Form):
    """Somebody new in the team."""

    full_name = LineField(label="Name", max_length=120)
    email = forms.EmailField(
        max_length=LONGEST_EMAIL, help_text="They sign in with it, and get a link to choose a password."
    )
    role = forms.ChoiceField(choices=Role.choices, initial=Role.PRACTITIONER)


class RoleForm(forms.Form):
    """What somebody may do from now on."""

    role = forms.ChoiceField(choices=Role.choices)


def time_zone_choices(stored: str) -> list[tuple[str, str]]:
    """Every time zone with its name.

    What is stored is always among them: a select without it would show something else, and save that.
    """
    zones = {zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/")} | {stored}
    return [(zone, zone.replace("_", " ")) for zone in sorted(zones) if zone]


class ClinicForm(ClinicModelForm):
    """The clinic's own facts."""

    class Meta:
        model = Clinic
        fields = "__all__"
        field_classes = {"name": LineField, "sender_name": LineField}
        help_texts = {
            "time_zone": "By it the portal shows times, and emails leave to clients who live in no other.",
            "sends_until": "By the client’s own clock. Emails to come follow a change, those due first at once.",
        }
        widgets = {
            "address": forms.Textarea(attrs={"rows": 3}),
            "emergency_words": forms.Textarea(attrs={"rows": 3}),
            "colour": forms.ColorInput(),
            "sends_from": forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
            "sends_until": forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.fields:
            return  # whoever only reads the page gets no fields
        self.fields["time_zone"].widget = forms.Select(choices=time_zone_choices(self.instance.time_zone))
        spoken = {*AVAILABLE, self.instance.language}
        offered = [(code, word) for code, word in Language.choices if code in spoken]
        self.fields["language"].choices = offered  # type: ignore[attr-defined]

    def clean_colour(self) -> str:
        """In lower case, as it is kept."""
        return str(self.cleaned_data["colour"]).lower()


class CertificateForm(CertificateModelForm):
    """One certificate; the file is known by what is in it."""

    class Meta:
        model = Certificate
        # Without the practitioner: that field reads the team, so the admin makes it once a clinic is open.
        fields = (
            "title",
            "awarding_body",
            "number",
            "issued_on",
            "expires_on",
            "max_depth_mm",
            "radio_frequency",
            "file",
        )
        error_messages = {
            "max_depth_mm": dict.fromkeys(("min_value", "max_value"), "Write a depth from 0.2 to 2.5 mm."),
        }
        widgets = {
            "issued_on": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            "expires_on": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            "max_depth_mm": forms.NumberInput(attrs={"step": "0.05", "min": "0.2", "max": "2.5"}),
            "file": DocumentBox(),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "membership" in self.fields:
            # Whoever works here; and whose it is, who may have left since.
            choosable = Q(ended_at=None) | Q(pk=self.instance.membership_id)
            team = Membership.objects.filter(choosable).select_related("user").order_by("user__full_name")
            self.fields["membership"].queryset = team  # type: ignore[attr-defined]


class LeaveForm(forms.Form):
    """Nothing to fill in: pressing the button says it."""
