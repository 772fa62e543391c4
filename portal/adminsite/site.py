"""The stock admin as the practitioner's workplace."""

from functools import update_wrapper
from http import HTTPStatus
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver
from django.utils import timezone

from portal.adminsite.kept import forget_anothers, gives_back, keep_until_back
from portal.adminsite.navigation import places_for
from portal.practice.forms import SignInForm
from portal.practice.services import note_signed_in
from portal.practice.views import ChangePasswordView


class PortalAdminSite(admin.AdminSite):
    """Our navigation and words; no side door that could show another clinic's rows."""

    site_title = "Collagenda"
    site_header = "Collagenda"
    index_title = "Today"
    enable_nav_sidebar = False
    empty_value_display = "–"
    login_form = SignInForm

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """What every page's frame needs."""
        signed_in = self.has_permission(request)
        return super().each_context(request) | {
            "places": places_for(request) if signed_in else [],
            "clinic": getattr(request, "clinic", None),
        }

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Django's check of who is signed in; what somebody sent who no longer is waits until they are."""
        inner = super().admin_view(view, cacheable)

        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if gives_back(view) and not self.has_permission(request):
                keep_until_back(request)
            return inner(request, *args, **kwargs)

        return update_wrapper(checked, inner)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Django's sign-in page; whoever came in by it is noted in the clinic's audit trail."""
        answer = super().login(request, extra_context)
        if request.method == "POST" and answer.status_code == HTTPStatus.FOUND and request.user.is_authenticated:
            note_signed_in(user=request.user, at=timezone.now())
            forget_anothers(request)
        return answer

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Our own page in place of Django's: wrong passwords are counted, and the change is in the audit trail."""
        return ChangePasswordView.as_view(extra_context=extra_context)(request)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Empty: people find their way by work, not by table."""
        return []

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Django's addresses without those that name tables or search them all: "view on site", autocomplete, apps."""
        closed = {"view_on_site", "app_list", "autocomplete"}
        return [url for url in super().get_urls() if getattr(url, "name", None) not in closed]
