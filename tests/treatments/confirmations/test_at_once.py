"""The client's word and the session's start at once: one of them is first, and the other knows it."""

from datetime import timedelta

import pytest
from django_scopes import scope

from portal.audit.services import verify
from portal.models import AuditEvent
from tests.factories import NOON, MembershipFactory
from tests.treatments.sessions.conftest import ready_session
from tests.treatments.sessions.test_at_once import at_once
from treatments.confirmations.services import (
    ask_confirmation,
    confirm_nothing_changed,
    newest_of,
    report_change,
    shown_sha256,
)
from treatments.models import Confirmation, Screening, Session
from treatments.sessions.services import start_session

ROUNDS = 6
NOT_WAITING = (
    "This confirmation no longer waits for the client: it was answered, or its session is not booked any more."
)

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def member():
    member = MembershipFactory()
    with scope(clinic=member.clinic):
        yield member


def asked_again(member):
    """Everything is ready, but for what the client says."""
    ready = ready_session(member, NOON)
    ask_confirmation(session=ready.session, by=ready.by, at=NOON)
    return ready


def confirms(ready):
    asked = newest_of(ready.session)
    said = {"answers_sha256": shown_sha256(ready.screening), "signed_name": "Ada Client"}
    return lambda: confirm_nothing_changed(confirmation=asked, **said, channel="email", address=None, at=NOON)


def reports(ready):
    asked = newest_of(ready.session)
    return lambda: report_change(confirmation=asked, channel="email", at=NOON + timedelta(minutes=1))


def starts(ready):
    return lambda: start_session(session=ready.session, by=ready.by, at=NOON + timedelta(minutes=1))


def actions(clinic):
    found = AuditEvent.objects.filter(action__startswith="confirmation.").exclude(action="confirmation.asked")
    assert verify(clinic) == AuditEvent.objects.count()
    return sorted(found.values_list("action", flat=True))


def test_ten_confirmations_at_once_are_one(member):
    ready = asked_again(member)
    said = at_once(member.clinic, *[confirms(ready)] * 10)
    assert said == ["done"] + [NOT_WAITING] * 9
    assert actions(member.clinic) == ["confirmation.confirmed"] * 2  # the first one was for readiness


def test_ten_reports_of_a_change_at_once_send_one_form(member):
    ready = asked_again(member)
    said = at_once(member.clinic, *[reports(ready)] * 10)
    assert said == ["done"] + [NOT_WAITING] * 9
    assert Screening.objects.filter(follows__isnull=False).count() == 1
    assert actions(member.clinic) == ["confirmation.changed", "confirmation.confirmed"]


def test_nothing_and_something_at_once_never_end_as_nothing(member):
    """A change may be reported after a confirmation, never the other way round."""
    for _ in range(ROUNDS):
        ready = asked_again(member)
        at_once(member.clinic, confirms(ready), reports(ready))
        assert newest_of(ready.session).state == "changed"


def test_a_change_and_a_start_at_once_never_both_hold(member):
    for _ in range(ROUNDS):
        ready = ready_session(member, NOON)
        said = at_once(member.clinic, reports(ready), starts(ready))
        changed = Confirmation.objects.filter(session=ready.session, state="changed").exists()
        started = Session.objects.get(pk=ready.session.pk).state == "in_progress"
        assert (said.count("done"), changed != started) == (1, True)
    assert verify(member.clinic) == AuditEvent.objects.count()
