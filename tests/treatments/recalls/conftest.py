"""A recall with three clients: Ada in English, Greta in German, and Nemo without an email."""

import pytest

from tests.factories import NOON, ClientFactory, PlanFactory, ProductFactory, SessionFactory
from treatments.recalls.services import open_recall, told_of
from treatments.sessions.services.recalls import Recalled

PEOPLE = (("Ada", "ada@example.org", "en"), ("Greta", "greta@example.org", "de"), ("Nemo", "", "en"))


@pytest.fixture
def product(clinic):
    return ProductFactory(clinic=clinic, name="Twelve", maker="Invented Ltd")


@pytest.fixture
def people(clinic):
    """The three, by first name; the lot of each one's session is AB1."""
    return {name: touched(clinic, name, email=email, language=language) for name, email, language in PEOPLE}


@pytest.fixture
def recall(people, product, practitioner):
    lot = Recalled("AB1")
    return open_recall(lot=lot, product=product, reason="Not sterile", by=practitioner.user, at=NOON)


def touched(clinic, name, **facts):
    client = ClientFactory(clinic=clinic, first_name=name, last_name="Client", **facts)
    SessionFactory(plan=PlanFactory(client=client), ended_at=NOON, cartridge_lot="AB1")
    return client


def standings(recall):
    """How far word has come, by first name."""
    return {one.notice.client.first_name: str(one.standing) for one in told_of(recall)}
