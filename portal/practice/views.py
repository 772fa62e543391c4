"""Forgotten passwords: ask, and choose a new one by the link in the email."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth import update_session_auth_hash, views
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils import timezone
from django.views.generic import FormView, TemplateView

from portal.practice.forms import AskForPasswordForm, ChangePasswordForm
from portal.practice.models import User
from portal.practice.services import LinkUsed, ask_for_password, choose_password
from portal.security.lockout import blurred_address
from portal.security.refusals import Refused

if TYPE_CHECKING:
    PasswordForm = FormView[AskForPasswordForm]
else:
    PasswordForm = FormView


class InFrame:
    """Mixin: the admin's frame around a page for somebody who is not signed in."""

    request: Any
    title = ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the frame needs, then the page's own."""
        own: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        return admin.site.each_context(self.request) | {"title": self.title} | own


class AskForPasswordView(InFrame, PasswordForm):
    """Takes an address; a worker looks it up later, so the answer and its time are the same for every address."""

    form_class = AskForPasswordForm
    template_name = "registration/password_reset_form.html"
    success_url = reverse_lazy("password_reset_done")
    title = "Choose a new password"

    def form_valid(self, form: AskForPasswordForm) -> HttpResponse:
        """Note it, and say what happens next."""
        place = blurred_address(self.request)
        ask_for_password(email=form.cleaned_data["email"], at=timezone.now(), place=place)
        return super().form_valid(form)


class AskedView(InFrame, TemplateView):
    """Says that an email comes, if the address is one of ours."""

    template_name = "registration/password_reset_done.html"
    title = "Look into your inbox"


class ChoosePasswordView(InFrame, views.PasswordResetConfirmView):
    """Behind the emailed link: the token moves into the session at once, so it is in no address that is shown."""

    success_url = reverse_lazy("password_reset_complete")
    title = "Choose a new password"

    def get_user(self, uidb64: str) -> User | None:
        """The person the link is for; nobody, if they left since."""
        user = super().get_user(uidb64)
        return user if user and user.is_staff else None

    def form_valid(self, form: Any) -> HttpResponse:
        """Keep the password; whoever was signed in with the old one is signed out."""
        try:
            choose_password(user=form.user, password=form.cleaned_data["new_password1"], at=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        del self.request.session[views.INTERNAL_RESET_SESSION_TOKEN]
        return redirect(self.get_success_url())


class ChangePasswordView(InFrame, views.PasswordChangeView):
    """Somebody signed in takes a new password; they stay signed in here, and nowhere else."""

    form_class = ChangePasswordForm
    success_url = reverse_lazy("admin:password_change_done")
    title = "Change your password"

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form counts wrong passwords by where they come from."""
        return super().get_form_kwargs() | {"request": self.request}

    def form_valid(self, form: Any) -> HttpResponse:
        """Keep the password."""
        try:
            choose_password(user=form.user, password=form.cleaned_data["new_password1"], at=timezone.now())
        except LinkUsed:
            form.add_error(None, "Your password was changed somewhere else meanwhile. Please sign in again.")
            return self.form_invalid(form)
        update_session_auth_hash(self.request, form.user)
        return redirect(self.get_success_url())


class PasswordChosenView(InFrame, TemplateView):
    """Says that the new password works."""

    template_name = "registration/password_reset_complete.html"
    title = "Your new password is set"
    extra_context = {"login_url": reverse_lazy("admin:login")}
