"""A session that is over, and a case of it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import CaseFactory, SessionFactory


@pytest.fixture
def session(clinic):
    """It ended three days ago."""
    ended = timezone.now() - timedelta(days=3)
    return SessionFactory(
        plan__client__clinic=clinic, plan__client__phone="0131 555 01", started_at=ended, ended_at=ended
    )


@pytest.fixture
def case(session):
    """Opened an hour ago; nobody has spoken to the client."""
    return CaseFactory(session=session, opened_at=timezone.now() - timedelta(hours=1))
