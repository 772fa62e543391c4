"""The client's address."""

from django.urls import include, path

from treatments.followups.views import reply

urlpatterns = [path("follow-up/", include(([path("<str:token>/", reply, name="reply")], "followups")))]
