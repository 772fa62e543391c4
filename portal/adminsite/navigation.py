"""Where the practitioner can go: by work, not by table."""

from typing import NamedTuple

from django.http import HttpRequest
from django.urls import reverse


class Place(NamedTuple):
    """One entry of the navigation: its word, its address, the permission it needs, and the paths it owns."""

    word: str
    url_name: str
    permission: str
    owns: tuple[str, ...]


PLACES = (
    Place("Today", "admin:index", "clients.view_client", ()),
    Place(
        "Clients",
        "admin:clients_client_changelist",
        "clients.view_client",
        ("/admin/clients/client/", "/admin/client/"),
    ),
    Place(
        "Screening",
        "admin:treatments_screening_changelist",
        "treatments.view_screening",
        ("/admin/treatments/screening/", "/admin/treatments/confirmation/"),
    ),
    Place(
        "Consents",
        "admin:treatments_consent_changelist",
        "treatments.view_consent",
        ("/admin/treatments/consent/", "/admin/treatments/consentrequest/", "/admin/treatments/document/"),
    ),
    Place(
        "Plans",
        "admin:treatments_plan_changelist",
        "treatments.view_plan",
        ("/admin/treatments/plan/", "/admin/treatments/protocol/"),
    ),
    Place(
        "Sessions",
        "admin:treatments_session_changelist",
        "treatments.view_session",
        ("/admin/treatments/session/", "/admin/treatments/photograph/", "/admin/treatments/case/"),
    ),
    Place(
        "Outcomes",
        "admin:treatments_outcomes",
        "treatments.view_rating",
        ("/admin/treatments/rating/",),
    ),
    Place(
        "Messages",
        "admin:clients_message_changelist",
        "clients.view_message",
        (
            "/admin/clients/message/",
            "/admin/clients/suppression/",
            "/admin/treatments/alert/",
            "/admin/treatments/reply/",
            "/admin/treatments/followup/",
        ),
    ),
    Place(
        "Care schedule",
        "admin:treatments_careversion_changelist",
        "treatments.view_careversion",
        ("/admin/treatments/careversion/",),
    ),
    Place(
        "Clinic",
        "admin:portal_clinic_changelist",
        "portal.view_clinic",
        (
            "/admin/portal/",
            "/admin/treatments/device/",
            "/admin/treatments/product/",
            "/admin/treatments/lot/",
            "/admin/treatments/recall/",
            "/admin/treatments/questionnaireversion/",
        ),
    ),
)


def places_for(request: HttpRequest) -> list[dict[str, object]]:
    """The entries this person may open: word, url, and whether they are there now."""
    return [
        {
            "word": place.word,
            "url": reverse(place.url_name),
            "here": request.path.startswith(place.owns) if place.owns else request.path == reverse(place.url_name),
        }
        for place in PLACES
        if request.user.has_perm(place.permission)
    ]
