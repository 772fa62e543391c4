"""Opens the clinic of whoever is signed in, for the length of one request."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django_scopes import scope

from portal.practice.models import Clinic, User

Handler = Callable[[HttpRequest], HttpResponse]


class ClinicMiddleware:
    """Sets request.clinic and request.membership; without a membership both are None and scoped queries raise."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request inside the person's clinic and on its clock."""
        user = request.user
        membership = user.membership if user.is_authenticated and user.is_active else None
        request.membership = membership  # type: ignore[attr-defined]
        request.clinic = membership.clinic if membership else None  # type: ignore[attr-defined]
        if membership is None:
            return self.get_response(request)
        with scope(clinic=membership.clinic), timezone.override(ZoneInfo(membership.clinic.time_zone)):
            return self.get_response(request)


def acting(request: HttpRequest) -> User:
    """Who is signed in, for a page that nobody else gets."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def clinic_of(request: HttpRequest) -> Clinic:
    """The clinic that is open, for a page that only its people get."""
    clinic: Clinic | None = getattr(request, "clinic", None)
    if clinic is None:
        raise PermissionDenied
    return clinic
