"""Photographs, and what is seen on them."""

from datetime import timedelta

import factory
from factory.django import DjangoModelFactory

from tests.factories.practice import NOON, MembershipFactory
from tests.factories.treatments import SessionFactory
from treatments.models import Photograph, Rating
from treatments.outcomes.terms import SCALE


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


class RatingFactory(DjangoModelFactory):
    class Meta:
        model = Rating

    after = factory.SubFactory(PhotographFactory, moment="follow_up", taken_at=NOON + timedelta(days=42))
    before = factory.SubFactory(PhotographFactory, session=factory.SelfAttribute("..after.session"))
    clinic = factory.SelfAttribute("after.clinic")
    client = factory.SelfAttribute("after.client")
    session = factory.SelfAttribute("after.session")
    goal = "acne_scars"
    judged = "better"
    scale = SCALE
    rated_at = factory.SelfAttribute("after.added_at")
    rated_by = factory.SelfAttribute("after.added_by")
