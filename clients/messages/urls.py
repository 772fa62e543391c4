"""The mail provider's address."""

from django.urls import path

from clients.messages.views import mail_reports

urlpatterns = [path("hooks/mail/", mail_reports, name="mail_reports")]
