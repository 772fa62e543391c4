"""Recalls."""

import factory
from factory.django import DjangoModelFactory

from tests.factories.practice import NOON, ClientFactory, MembershipFactory
from tests.factories.products import LotFactory
from treatments.models import Recall, RecallNotice


class RecallFactory(DjangoModelFactory):
    class Meta:
        model = Recall

    lot = factory.SubFactory(LotFactory)
    clinic = factory.SelfAttribute("lot.clinic")
    number = factory.SelfAttribute("lot.number")
    reason = "The maker's letter"
    texts = factory.LazyFunction(lambda: {"en": "Please read this."})
    opened_at = NOON
    opened_by = factory.LazyAttribute(lambda o: MembershipFactory(clinic=o.clinic).user)


class RecallNoticeFactory(DjangoModelFactory):
    class Meta:
        model = RecallNotice

    recall = factory.SubFactory(RecallFactory)
    clinic = factory.SelfAttribute("recall.clinic")
    client = factory.SubFactory(ClientFactory, clinic=factory.SelfAttribute("..clinic"))
    drafted_at = NOON
