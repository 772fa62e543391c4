"""Screenings, what is decided about them, and the questions they ask."""

from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from tests.factories.practice import NOON, ClientFactory, ClinicFactory, UserFactory
from treatments.models import Screening
from treatments.screening.models import Decision, Draft, Letter, Query
from treatments.screening.questionnaire import default, snapshot


class ScreeningFactory(DjangoModelFactory):
    class Meta:
        model = Screening

    client = factory.SubFactory(ClientFactory)
    clinic = factory.SelfAttribute("client.clinic")
    areas = factory.LazyFunction(lambda: ["cheeks"])
    requested_at = NOON
    requested_by = factory.SubFactory(UserFactory)


class DecisionFactory(DjangoModelFactory):
    class Meta:
        model = Decision

    screening = factory.SubFactory(ScreeningFactory)
    clinic = factory.SelfAttribute("screening.clinic")
    kind = "accepted"
    areas = factory.SelfAttribute("screening.areas")
    device_kind = factory.SelfAttribute("screening.device_kind")
    topical_anaesthetic = False
    max_depth_mm = Decimal("1.50")
    outcome = "suitable"
    decided_at = NOON
    decided_by = factory.SubFactory(UserFactory)


class LetterFactory(DjangoModelFactory):
    class Meta:
        model = Letter

    decision = factory.SubFactory(DecisionFactory)
    clinic = factory.SelfAttribute("decision.clinic")
    file = "letter/none.pdf"
    sha256 = "0" * 64


class QueryFactory(DjangoModelFactory):
    class Meta:
        model = Query

    screening = factory.SubFactory(ScreeningFactory)
    clinic = factory.SelfAttribute("screening.clinic")
    words = "Which tablets?"
    asked_at = NOON
    asked_by = factory.SubFactory(UserFactory)


class QuestionnaireVersionFactory(DjangoModelFactory):
    class Meta:
        model = "treatments.QuestionnaireVersion"

    clinic = factory.SubFactory(ClinicFactory)
    number = 1
    content = factory.LazyFunction(lambda: snapshot(default()))
    begun_at = NOON
    begun_by = factory.SubFactory(UserFactory)


class DraftFactory(DjangoModelFactory):
    class Meta:
        model = Draft

    screening = factory.SubFactory(ScreeningFactory)
    clinic = factory.SelfAttribute("screening.clinic")
    begun_at = NOON
    saved_at = NOON
