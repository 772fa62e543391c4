"""The client's address."""

from django.urls import include, path

from treatments.confirmations.views import confirm

urlpatterns = [path("confirm/", include(([path("<str:token>/", confirm, name="confirm")], "confirmations")))]
