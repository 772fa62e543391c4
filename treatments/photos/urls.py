"""The client's address: behind the link of a follow-up."""

from django.urls import include, path

from treatments.photos.views import send

urlpatterns = [path("follow-up/", include(([path("<str:token>/photographs/", send, name="send")], "photos")))]
