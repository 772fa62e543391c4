"""A session that may start: certificate, plan with a zone, device, and a screening that a client filled in."""

from types import SimpleNamespace

import pytest

from tests.factories import NOON, CertificateFactory, ClientFactory, DeviceFactory, PlanFactory, PlanZoneFactory
from tests.treatments.screening.rows import HEALTHY, PLANNED
from treatments.screening.services import accept_screening, send_screening, submit_screening
from treatments.sessions.services import book_session


def screened(client, member, at=NOON):
    """An accepted screening, through the services."""
    sent = send_screening(client=client, **PLANNED, by=member.user, at=at)
    submit_screening(screening=sent, answers=HEALTHY | {"date_of_birth": "1985-05-17"}, at=at)
    accept_screening(screening=sent, reason="", by=member.user, at=at)
    return sent


def ready_session(member, at):
    """Everything a session needs, booked for `at`."""
    clinic = member.clinic
    certificate = CertificateFactory(membership=member)
    client = ClientFactory(clinic=clinic)
    plan = PlanFactory(client=client, practitioner=member, sessions_planned=2)
    PlanZoneFactory(plan=plan)
    screening = screened(client, member, at)
    session = book_session(plan=plan, scheduled_for=at, by=member.user, at=at)
    return SimpleNamespace(
        clinic=clinic,
        by=member.user,
        certificate=certificate,
        client=client,
        plan=plan,
        screening=screening,
        device=DeviceFactory(clinic=clinic),
        session=session,
    )


@pytest.fixture
def ready(practitioner):
    return ready_session(practitioner, NOON)
