"""The client's addresses."""

from django.urls import include, path

from treatments.screening import views

pages = [
    path("<str:token>/", views.start, name="form"),
    path("<str:token>/part/<slug:section>/", views.part, name="part"),
    path("<str:token>/part/<slug:section>/more/", views.more, name="more"),
    path("<str:token>/check/", views.check, name="check"),
    path("<str:token>/draft/", views.draft, name="draft"),
]
urlpatterns = [path("screening/", include((pages, "screening")))]
