"""Consents: the texts, the requests and the answers."""

import factory
from factory.django import DjangoModelFactory

from tests.factories.practice import NOON, ClientFactory, ClinicFactory, MembershipFactory
from treatments.models import Consent, ConsentRequest, Document


class DocumentFactory(DjangoModelFactory):
    class Meta:
        model = Document

    clinic = factory.SubFactory(ClinicFactory)
    purpose = "photo_record"
    number = 1
    texts = factory.LazyFunction(lambda: {"en": "I agree, says {client}.\n"})
    begun_at = NOON
    # In force; with published_at=None it is a draft.
    published_at = NOON
    fingerprint = factory.LazyAttribute(lambda o: "f" * 64 if o.published_at else "")


class ConsentRequestFactory(DjangoModelFactory):
    class Meta:
        model = ConsentRequest

    client = factory.SubFactory(ClientFactory)
    clinic = factory.SelfAttribute("client.clinic")
    practitioner = factory.SubFactory(MembershipFactory, clinic=factory.SelfAttribute("..client.clinic"))
    asked_at = NOON
    asked_by = factory.SelfAttribute("practitioner.user")


class ConsentFactory(DjangoModelFactory):
    class Meta:
        model = Consent

    request = factory.SubFactory(ConsentRequestFactory)
    clinic = factory.SelfAttribute("request.clinic")
    client = factory.SelfAttribute("request.client")
    practitioner = factory.SelfAttribute("request.practitioner")
    purpose = "photo_record"
    document = factory.SubFactory(
        DocumentFactory, clinic=factory.SelfAttribute("..clinic"), purpose=factory.SelfAttribute("..purpose")
    )
    state = "asked"
    # Answered, and whole, in every other state.
    answered_at = factory.LazyAttribute(lambda o: None if o.state in ("asked", "closed") else NOON)
    language = factory.LazyAttribute(lambda o: "en" if o.answered_at else "")
    text = factory.LazyAttribute(lambda o: "I agree.\n" if o.answered_at else "")
    text_sha256 = factory.LazyAttribute(lambda o: "a" * 64 if o.answered_at else "")
    signed_name = factory.LazyAttribute(lambda o: str(o.client) if o.answered_at else "")
    channel = factory.LazyAttribute(lambda o: "email" if o.answered_at else "")
    withdrawn_at = factory.LazyAttribute(lambda o: NOON if o.state == "withdrawn" else None)
