"""The client's address."""

from django.urls import include, path

from treatments.screening.views import form

urlpatterns = [path("screening/", include(([path("<str:token>/", form, name="form")], "screening")))]
