"""The client's addresses."""

from django.urls import include, path

from treatments.followups.views import draft, reply

own = [
    path("<str:token>/", reply, name="reply"),
    path("<str:token>/draft/", draft, name="draft"),
]
urlpatterns = [path("follow-up/", include((own, "followups")))]
