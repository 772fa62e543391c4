"""Every address of the site."""

from django.contrib import admin
from django.urls import path
from django.views.generic import RedirectView

from portal.today import today

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/", admin.site.admin_view(today)),  # in the place of the admin's index, under its name
    path("admin/", admin.site.urls),
]
