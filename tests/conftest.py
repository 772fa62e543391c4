"""Fixtures that every test may use."""

import pytest
from django.test import Client as Browser
from django_scopes import scope

from tests.factories import PASSWORD, ClinicFactory, MembershipFactory


@pytest.fixture
def clinic(db):
    """A clinic whose scope is open for the length of the test."""
    clinic = ClinicFactory()
    with scope(clinic=clinic):
        yield clinic


@pytest.fixture
def practitioner(clinic):
    """A practitioner of the clinic (their membership)."""
    return MembershipFactory(clinic=clinic, role="practitioner")


@pytest.fixture
def owner(clinic):
    return MembershipFactory(clinic=clinic, role="owner")


@pytest.fixture
def front_desk(clinic):
    return MembershipFactory(clinic=clinic, role="front_desk")


@pytest.fixture
def signed_in():
    """signed_in(membership) gives Django's test browser, signed in as that person."""

    def sign_in(membership) -> Browser:
        browser = Browser()
        browser.force_login(membership.user, backend="django.contrib.auth.backends.ModelBackend")
        return browser

    return sign_in


__all__ = ["PASSWORD"]
