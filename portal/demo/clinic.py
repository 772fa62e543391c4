"""The invented clinic: Linden Skin Studio, its team, certificates and devices."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal

from django.conf import settings
from django_scopes import scope

from portal.audit.services import record
from portal.demo.shelf import fill_shelf
from portal.practice.models import Certificate, Clinic, Membership, User
from portal.practice.terms import Country, Role
from treatments.products.guidance import AuthorisedFor
from treatments.products.models import Device
from treatments.products.services import authorise_device
from treatments.products.terms import GREATEST_MM, DeviceKind, Zone

OPENED_AGO = timedelta(days=400)
TOMAS, PRIYA = "tomas@linden.example", "priya@linden.example"


@dataclass(frozen=True)
class Team:
    """Who works there and with what."""

    clinic: Clinic
    maya: Membership  # the owner, certified to 2.5 mm and for radio frequency
    tomas: Membership  # certified to 1.5 mm
    priya: Membership  # the front desk
    pen: Device


def sign_ins() -> list[tuple[str, str]]:
    """Role and email of everybody who can sign in to the demo; all share settings.DEMO_PASSWORD."""
    return [("Owner", settings.DEMO_EMAIL), ("Practitioner", TOMAS), ("Front desk", PRIYA)]


def open_clinic(now: datetime) -> Team:
    """The clinic as it stands, opened some time ago."""
    at = now - OPENED_AGO
    clinic = Clinic.objects.create(
        name="Linden Skin Studio",
        address="3 Linden Yard\nLondon SE1 0XX",
        phone="020 7946 0142",
        country=Country.UNITED_KINGDOM,
        time_zone="Europe/London",
        sender_name="Linden Skin Studio",
        reply_to="hello@linden.example",
        # Emails leave at all hours here, so that a newcomer sees them at once, whatever the time.
        sends_from=time(0, 0),
        sends_until=time(23, 59),
    )
    with scope(clinic=clinic):
        record(clinic=clinic, action="clinic.created", subject=clinic, at=at)
        maya = join(clinic, settings.DEMO_EMAIL, "Maya Lindqvist", Role.OWNER, at)
        tomas = join(clinic, TOMAS, "Tomás Okoro", Role.PRACTITIONER, at)
        priya = join(clinic, PRIYA, "Priya Nair", Role.FRONT_DESK, at)
        certify(maya, "Level 7 Diploma in Clinical Aesthetics", "L7-20418", "2.50", at, radio_frequency=True)
        certify(tomas, "Level 4 Certificate in Micro-needling", "L4-77305", "1.50", at)
        pen = device(clinic, "Linden Pen One", "LP1-004417", DeviceKind.MECHANICAL, at)
        authorise_device(
            device=pen,
            least_age=22,
            greatest_age=None,
            authorised_source="Manual of the Linden Pen One, 2026 (invented)",
            zones={Zone.FULL_FACE: AuthorisedFor(Decimal("1.50")), Zone.NECK: AuthorisedFor(Decimal("1.50"), 2, 4)},
            by=maya.user,
            at=at,
        )
        device(clinic, "Fractal RF", "FRF-0093", DeviceKind.RADIO_FREQUENCY, at)
        fill_shelf(clinic, now, at)
    return Team(clinic=clinic, maya=maya, tomas=tomas, priya=priya, pen=pen)


def join(clinic: Clinic, email: str, name: str, role: Role, at: datetime) -> Membership:
    """A team member who can sign in with the demo's password."""
    person = User(email=email, full_name=name)
    person.set_password(settings.DEMO_PASSWORD)
    person.save()
    membership = Membership.objects.create(clinic=clinic, user=person, role=role)
    record(clinic=clinic, action="membership.invited", subject=membership, at=at, role=role.value)
    return membership


def certify(
    membership: Membership, title: str, number: str, depth: str, at: datetime, *, radio_frequency: bool = False
) -> None:
    """A certificate that holds for two years to come."""
    certificate = Certificate.objects.create(
        clinic=membership.clinic,
        membership=membership,
        title=title,
        awarding_body="Board of Needling Practice (invented)",
        number=number,
        issued_on=at.date() - timedelta(days=100),
        expires_on=at.date() + OPENED_AGO + timedelta(days=500),
        max_depth_mm=Decimal(depth),
        radio_frequency=radio_frequency,
    )
    record(clinic=membership.clinic, action="certificate.added", subject=certificate, at=at)


def device(clinic: Clinic, name: str, serial: str, kind: DeviceKind, at: datetime) -> Device:
    """A handpiece in use."""
    said = {"name": name, "maker": "Invented Devices Ltd", "kind": kind, "serial": serial}
    handpiece = Device.objects.create(clinic=clinic, **said, max_depth_mm=GREATEST_MM)
    record(clinic=clinic, action="device.added", subject=handpiece, at=at)
    return handpiece
