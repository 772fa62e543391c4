"""A session that may start: certificate, plan, device, and a client who was screened, consented and confirmed."""

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.utils import timezone

from portal.models import AuditEvent
from portal.security.refusals import Refused
from tests.factories import (
    NOON,
    CertificateFactory,
    ClientFactory,
    DeviceFactory,
    MembershipFactory,
    PlanFactory,
    PlanZoneFactory,
)
from tests.treatments.screening.rows import OWN_ANSWERS, PLANNED, SAID
from treatments.confirmations.services import confirm_nothing_changed, newest_of, shown_sha256
from treatments.consents.services import ask_consent, ready_text, sign_consent
from treatments.screening.services import accept_screening, send_screening, submit_screening
from treatments.sessions.services import book_session, start_session

LATER = NOON + timedelta(minutes=50)


def screened(client, member, at=NOON, **terms):
    """An accepted screening, through the services."""
    planned = PLANNED | {"areas": ["cheeks", "chin"], "max_depth_mm": Decimal("2.50")}
    sent = send_screening(client=client, **planned, by=member.user, at=at)
    given = SAID | {"date_of_birth": "1985-05-17", "signed_name": "Ada Client"}
    submit_screening(screening=sent, answers=given, at=at)
    accept_screening(screening=sent, own_answers=OWN_ANSWERS, **terms, by=member.user, at=at)
    sent.refresh_from_db()
    return sent


def consented(plan, at=NOON, purposes=("treatment",)):
    """The signed consents, the one to the plan's treatment first."""
    request = ask_consent(
        client=plan.client,
        purposes=purposes,
        practitioner=plan.practitioner,
        plan=plan,
        by=plan.practitioner.user,
        at=at,
    )
    signed = [signs(consent, at) for consent in request.consents.order_by("pk")]
    return signed[0]


def signs(consent, at=NOON):
    """The client signs one consent."""
    text = ready_text(consent=consent, language="en")
    initials = {str(clause): "AC" for clause in text.initials}
    said = {"text_sha256": text.sha256, "signed_name": "Ada Client", "initials": initials}
    return sign_consent(consent=consent, language="en", **said, channel="email", address=None, at=at)


def confirmed(session, screening, at=NOON):
    """The client says before the session that nothing has changed."""
    return confirm_nothing_changed(
        confirmation=newest_of(session),
        answers_sha256=shown_sha256(screening),
        signed_name="Ada Client",
        channel="email",
        address=None,
        at=at,
    )


def ready_session(member, at):
    """Everything a session needs, booked for `at`."""
    clinic = member.clinic
    certificate = CertificateFactory(membership=member)
    client = ClientFactory(clinic=clinic)
    plan = PlanFactory(client=client, practitioner=member, sessions_planned=2)
    PlanZoneFactory(plan=plan, depth_mm=Decimal("2.50"), reason="Deep scars")
    screening = screened(client, member, at)
    consent = consented(plan, at)
    session = book_session(plan=plan, scheduled_for=at, by=member.user, at=at)
    return SimpleNamespace(
        clinic=clinic,
        by=member.user,
        member=member,
        certificate=certificate,
        client=client,
        plan=plan,
        screening=screening,
        consent=consent,
        device=DeviceFactory(clinic=clinic),
        session=session,
        confirmation=confirmed(session, screening, at),
    )


def start(ready, at=NOON):
    start_session(session=ready.session, by=ready.by, at=at)


def session_actions():
    return list(AuditEvent.objects.filter(subject_type="session").order_by("sequence").values_list("action", flat=True))


def refusal(act, *args, **kwargs):
    with pytest.raises(Refused) as refused:
        act(*args, **kwargs)
    return str(refused.value)


@pytest.fixture
def ready(practitioner):
    return ready_session(practitioner, NOON)


@pytest.fixture
def begun(practitioner):
    """A session that began an hour ago."""
    at = timezone.now() - timedelta(hours=1)
    ready = ready_session(practitioner, at)
    start(ready, at)
    return ready


@pytest.fixture
def colleague(begun):
    """Another practitioner of its clinic."""
    return MembershipFactory(clinic=begun.clinic, role="practitioner")
