"""The client's address."""

from django.urls import include, path

from treatments.recalls.views import notice_page

urlpatterns = [path("notice/", include(([path("<str:token>/", notice_page, name="notice")], "recalls")))]
