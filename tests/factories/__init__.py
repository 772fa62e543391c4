"""One factory per table: the smallest valid row, no surprises."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from clients.models import Client, ClientLink, Message
from portal.models import Certificate, Clinic, Membership, User
from treatments.models import (
    Alert,
    Confirmation,
    Consent,
    ConsentRequest,
    Device,
    Document,
    Followup,
    Plan,
    PlanZone,
    Reply,
    Screening,
    Session,
    SessionZone,
)
from treatments.screening.models import Decision, Draft, Letter, Query
from treatments.screening.questionnaire import default, snapshot

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


class DeviceFactory(DjangoModelFactory):
    class Meta:
        model = Device

    clinic = factory.SubFactory(ClinicFactory)
    name = "Pen"
    serial = factory.Sequence(lambda n: f"SN-{n}")


class ScreeningFactory(DjangoModelFactory):
    class Meta:
        model = Screening

    client = factory.SubFactory(ClientFactory)
    clinic = factory.SelfAttribute("client.clinic")
    areas = factory.LazyFunction(lambda: ["cheeks"])
    requested_at = NOON
    requested_by = factory.SubFactory(UserFactory)


class PlanFactory(DjangoModelFactory):
    class Meta:
        model = Plan

    client = factory.SubFactory(ClientFactory)
    clinic = factory.SelfAttribute("client.clinic")
    practitioner = factory.SubFactory(MembershipFactory, clinic=factory.SelfAttribute("..client.clinic"))
    stop_reason = factory.LazyAttribute(lambda o: "Moved away" if getattr(o, "state", "") == "stopped" else "")
    goals = factory.LazyFunction(lambda: ["acne_scars"])


class PlanZoneFactory(DjangoModelFactory):
    class Meta:
        model = PlanZone

    plan = factory.SubFactory(PlanFactory)
    clinic = factory.SelfAttribute("plan.clinic")
    zone = "cheeks"
    depth_mm = Decimal("1.00")


class SessionFactory(DjangoModelFactory):
    class Meta:
        model = Session

    plan = factory.SubFactory(PlanFactory)
    clinic = factory.SelfAttribute("plan.clinic")
    client = factory.SelfAttribute("plan.client")
    practitioner = factory.SelfAttribute("plan.practitioner")
    number = factory.Sequence(lambda n: n + 1)
    scheduled_for = NOON
    # With an end it is completed, and whole; it was done before there was a gate.
    ended_at = None
    before_gate = factory.LazyAttribute(lambda o: o.state in ("in_progress", "completed"))
    state = factory.LazyAttribute(lambda o: "completed" if o.ended_at else "booked")
    started_at = factory.LazyAttribute(lambda o: o.ended_at and o.ended_at - timedelta(hours=1))
    started_by = factory.LazyAttribute(lambda o: o.ended_at and o.practitioner.user)
    completed_by = factory.LazyAttribute(lambda o: o.ended_at and o.practitioner.user)
    device = factory.LazyAttribute(lambda o: o.ended_at and DeviceFactory(clinic=o.clinic))
    cartridge_lot = factory.LazyAttribute(lambda o: "L1" if o.ended_at else "")
    cancel_reason = factory.LazyAttribute(lambda o: "Has a cold" if o.state == "cancelled" else "")


class SessionZoneFactory(DjangoModelFactory):
    class Meta:
        model = SessionZone

    session = factory.SubFactory(SessionFactory)
    clinic = factory.SelfAttribute("session.clinic")
    zone = "cheeks"
    depth_mm = Decimal("1.00")


class FollowupFactory(DjangoModelFactory):
    class Meta:
        model = Followup

    session = factory.SubFactory(SessionFactory)
    clinic = factory.SelfAttribute("session.clinic")
    client = factory.SelfAttribute("session.client")
    step = "day_3"
    message = factory.SubFactory(MessageFactory, client=factory.SelfAttribute("..client"))


class ReplyFactory(DjangoModelFactory):
    class Meta:
        model = Reply

    followup = factory.SubFactory(FollowupFactory)
    clinic = factory.SelfAttribute("followup.clinic")
    answers = factory.LazyFunction(dict)
    submitted_at = NOON


class AlertFactory(DjangoModelFactory):
    class Meta:
        model = Alert

    reply = factory.SubFactory(ReplyFactory)
    clinic = factory.SelfAttribute("reply.clinic")
    client = factory.SelfAttribute("reply.followup.client")
    urgency = "urgent"
    raised_at = NOON
    act_by = NOON + timedelta(hours=4)


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


class ConfirmationFactory(DjangoModelFactory):
    class Meta:
        model = Confirmation

    session = factory.SubFactory(SessionFactory)
    clinic = factory.SelfAttribute("session.clinic")
    client = factory.SelfAttribute("session.client")
    asked_at = NOON


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
