"""Addresses for people who forgot their password; the first one's name makes the sign-in page show its link."""

from django.urls import path

from portal.practice import views

urlpatterns = [
    path("password_reset/", views.AskForPasswordView.as_view(), name="admin_password_reset"),
    path("password_reset/done/", views.AskedView.as_view(), name="password_reset_done"),
    path("reset/<uidb64>/<token>/", views.ChoosePasswordView.as_view(), name="password_reset_confirm"),
    path("reset/done/", views.PasswordChosenView.as_view(), name="password_reset_complete"),
]
