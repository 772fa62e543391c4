"""What a new clinic does first: shown on Today until it is done."""

from typing import NamedTuple

from django.urls import reverse

from clients.records.models import Client
from portal.practice.models import Certificate, User
from treatments.products.models import Device


class FirstStep(NamedTuple):
    """One thing to do: the button's word, why, and where."""

    word: str
    why: str
    url: str


def first_steps(user: User) -> list[FirstStep]:
    """What is still missing before the first session, of what this person may add."""
    table = (
        (
            "portal.add_certificate",
            Certificate.objects,
            FirstStep(
                "Add a certificate",
                "Needle depths are held against each practitioner's certificate.",
                reverse("admin:portal_certificate_add"),
            ),
        ),
        (
            "treatments.add_device",
            Device.objects,
            FirstStep(
                "Add a device", "Each session says what it was done with.", reverse("admin:treatments_device_add")
            ),
        ),
        (
            "clients.add_client",
            Client.objects,
            FirstStep(
                "Add a client", "Then send the screening form from their page.", reverse("admin:clients_client_add")
            ),
        ),
    )
    return [step for permission, rows, step in table if user.has_perm(permission) and not rows.exists()]
