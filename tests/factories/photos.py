"""Photographs."""

import factory
from factory.django import DjangoModelFactory

from tests.factories.practice import NOON, MembershipFactory
from tests.factories.treatments import SessionFactory
from treatments.models import Photograph


class PhotographFactory(DjangoModelFactory):
    class Meta:
        model = Photograph

    session = factory.SubFactory(SessionFactory)
    clinic = factory.SelfAttribute("session.clinic")
    client = factory.SelfAttribute("session.client")
    moment = "before"
    view = "front"
    taken_at = NOON
    added_at = factory.SelfAttribute("taken_at")
    added_by = factory.LazyAttribute(lambda o: MembershipFactory(clinic=o.clinic).user)
    # No such files: a test that opens them adds its photograph through the service.
    file = "photograph/no/none.jpg"
    thumbnail = "photograph/no/small.jpg"
    width = 600
    height = 800
    sha256 = factory.Sequence(lambda n: f"{n:064x}")
