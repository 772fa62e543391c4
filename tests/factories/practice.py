"""The clinic, its people, its clients and what is sent to them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from clients.models import Client, ClientLink, Message, ProviderEvent, Suppression, Wording
from portal.models import Certificate, Clinic, Membership, User

NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
PASSWORD = "a-long-test-password"


class ClinicFactory(DjangoModelFactory):
    class Meta:
        model = Clinic

    name = factory.Sequence(lambda n: f"Clinic {n}")
    phone = "+44 20 7946 0000"
    country = "GB"
    sender_name = "The clinic"
    reply_to = factory.Sequence(lambda n: f"clinic{n}@example.org")


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    full_name = factory.Sequence(lambda n: f"Person {n}")

    @factory.post_generation
    def password(self, create, extracted, **kwargs):
        self.set_password(extracted or PASSWORD)
        self.save()


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    clinic = factory.SubFactory(ClinicFactory)
    user = factory.SubFactory(UserFactory)
    role = "practitioner"


class CertificateFactory(DjangoModelFactory):
    class Meta:
        model = Certificate

    membership = factory.SubFactory(MembershipFactory)
    clinic = factory.SelfAttribute("membership.clinic")
    title = "Level 4 Diploma in Micro-needling"
    awarding_body = "An awarding body"
    number = "L4-001"
    issued_on = date(2025, 1, 1)
    expires_on = date(2030, 1, 1)
    max_depth_mm = Decimal("2.50")


class ClientFactory(DjangoModelFactory):
    class Meta:
        model = Client

    clinic = factory.SubFactory(ClinicFactory)
    first_name = factory.Sequence(lambda n: f"First{n}")
    last_name = factory.Sequence(lambda n: f"Last{n}")
    date_of_birth = date(1985, 5, 17)
    email = factory.Sequence(lambda n: f"client{n}@example.org")


class ClientLinkFactory(DjangoModelFactory):
    class Meta:
        model = ClientLink

    client = factory.SubFactory(ClientFactory)
    clinic = factory.SelfAttribute("client.clinic")
    purpose = "screening"
    subject_id = 1
    token_hash = factory.Sequence(lambda n: f"{n:064x}")
    issued_at = NOON
    expires_at = NOON + timedelta(days=30)


class MessageFactory(DjangoModelFactory):
    class Meta:
        model = Message

    client = factory.SubFactory(ClientFactory)
    clinic = factory.SelfAttribute("client.clinic")
    kind = "followup"
    key = factory.Sequence(lambda n: f"test:{n}")
    due_at = NOON
    send_by = factory.LazyAttribute(lambda o: o.due_at + timedelta(days=1))
    next_try_at = factory.SelfAttribute("due_at")
    message_id = factory.Sequence(lambda n: f"<{n}@collagenda.localhost>")


class WordingFactory(DjangoModelFactory):
    class Meta:
        model = Wording

    clinic = factory.SubFactory(ClinicFactory)
    digest = factory.Sequence(lambda n: f"{n:064x}")
    content = factory.LazyFunction(
        lambda: {"subject": "Hello", "text": [["", "Dear ", "called"]], "html": [["", "<p>Dear ", "called"]]}
    )


class SuppressionFactory(DjangoModelFactory):
    class Meta:
        model = Suppression

    clinic = factory.SubFactory(ClinicFactory)
    address = factory.Sequence(lambda n: f"gone{n}@example.org")
    because = "bounced"
    suppressed_at = NOON


class ProviderEventFactory(DjangoModelFactory):
    class Meta:
        model = ProviderEvent

    message = factory.SubFactory(MessageFactory)
    clinic = factory.SelfAttribute("message.clinic")
    provider = "test"
    event_id = factory.Sequence(lambda n: f"event-{n}")
    report = "delivered"
    happened_at = NOON
    received_at = NOON
