"""The client's addresses."""

from django.urls import include, path

from treatments.consents.views import answer, emails_off, overview, withdraw

own = [
    path("<str:token>/", overview, name="overview"),
    path("<str:token>/<slug:purpose>/", answer, name="answer"),
    path("<str:token>/<slug:purpose>/withdraw/", withdraw, name="withdraw"),
]
urlpatterns = [
    path("consent/", include((own, "consents"))),
    path("emails/<str:token>/<slug:emails>/", emails_off, name="emails_off"),
]
