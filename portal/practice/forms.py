"""What people type about themselves, the clinic and the team."""

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.base_user import AbstractBaseUser

from portal.practice.terms import Role

WRONG = "Please enter a correct email and password."


class SignInForm(AdminAuthenticationForm):
    """Email and password; one sentence whatever was wrong, so nobody learns which addresses exist."""

    username = forms.EmailField(
        label="Email",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    error_messages = {"invalid_login": WRONG, "inactive": WRONG}

    def clean_username(self) -> str:
        """The email as it is stored."""
        return str(self.cleaned_data["username"]).lower()

    def confirm_login_allowed(self, user: AbstractBaseUser) -> None:
        """Nothing to add: the backend has refused whoever may not enter, with the same sentence."""


class AskForPasswordForm(forms.Form):
    """The address that a new password is asked for."""

    email = forms.EmailField(
        max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True})
    )


class InviteForm(forms.Form):
    """Somebody new in the team."""

    full_name = forms.CharField(label="Name", max_length=120)
    email = forms.EmailField(max_length=254, help_text="They sign in with it, and get a link to choose a password.")
    role = forms.ChoiceField(choices=Role.choices, initial=Role.PRACTITIONER)


class RoleForm(forms.Form):
    """What somebody may do from now on."""

    role = forms.ChoiceField(choices=Role.choices)
