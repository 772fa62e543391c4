"""Reaction cases."""

from datetime import timedelta

import factory
from factory.django import DjangoModelFactory

from tests.factories.practice import NOON, MembershipFactory
from tests.factories.treatments import SessionFactory
from treatments.models import Case, CaseEntry


class CaseFactory(DjangoModelFactory):
    class Meta:
        model = Case

    session = factory.SubFactory(SessionFactory)
    clinic = factory.SelfAttribute("session.clinic")
    client = factory.SelfAttribute("session.client")
    kind = "erythema"
    zones = factory.LazyFunction(lambda: ["cheeks"])
    began_on = factory.LazyAttribute(lambda o: o.opened_at.date())
    grade = 2
    words = "Still red after ten days."
    opened_at = NOON
    opened_by = factory.LazyAttribute(lambda o: MembershipFactory(clinic=o.clinic).user)
    call_by = factory.LazyAttribute(lambda o: None if o.closed_at else o.opened_at + timedelta(hours=24))
    closed_at = None
    closed_by = factory.LazyAttribute(lambda o: o.opened_by if o.closed_at else None)
    ending = factory.LazyAttribute(lambda o: "mistaken" if o.closed_at else "")


class CaseEntryFactory(DjangoModelFactory):
    class Meta:
        model = CaseEntry

    case = factory.SubFactory(CaseFactory)
    clinic = factory.SelfAttribute("case.clinic")
    kind = "called"
    note = "Called."
    grade = factory.SelfAttribute("case.grade")
    call_by = factory.SelfAttribute("case.call_by")
    at = factory.SelfAttribute("case.opened_at")
    by = factory.SelfAttribute("case.opened_by")
