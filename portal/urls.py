"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from portal.client_page.views import client_page
from portal.colour import clinic_colour
from portal.health import healthz, readyz
from portal.today.views import today

handler400, handler403 = "portal.faults.bad_request", "portal.faults.denied"
handler404, handler500 = "portal.faults.not_found", "portal.faults.failed"
urlpatterns = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/", admin.site.admin_view(today)),  # in the place of the admin's index, under its name
    path("admin/client/<int:pk>/", admin.site.admin_view(client_page), name="client_page"),
    re_path(r"^clinic-colour/(?P<digits>[0-9a-f]{6})\.css$", clinic_colour, name="clinic_colour"),
    path("admin/", include("portal.practice.urls")),
    path("admin/", admin.site.urls),
    path("", include("clients.urls")),
    path("", include("treatments.urls")),
]
