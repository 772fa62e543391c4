"""Plans, sessions and what follows them."""

from datetime import time, timedelta
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from tests.factories.practice import NOON, ClientFactory, ClinicFactory, MembershipFactory, MessageFactory
from treatments.care.schedule import fingerprint
from treatments.care.services import shipped
from treatments.followups.terms import Step
from treatments.models import (
    Alert,
    CareVersion,
    Change,
    Confirmation,
    Device,
    Enrolment,
    Followup,
    Layout,
    Plan,
    PlanZone,
    Protocol,
    Reply,
    ReplyDraft,
    Session,
    SessionZone,
)

ASKS = {"aftercare": "nothing", "day_1": "day_1", "day_3": "day_3", "day_7": "day_7", "day_14": "day_14"}
ASKS |= {"week_4": "results"}


class DeviceFactory(DjangoModelFactory):
    class Meta:
        model = Device

    clinic = factory.SubFactory(ClinicFactory)
    name = "Pen"
    serial = factory.Sequence(lambda n: f"SN-{n}")


class ProtocolFactory(DjangoModelFactory):
    class Meta:
        model = Protocol

    clinic = factory.SubFactory(ClinicFactory)
    indication = "acne_scars"
    number = factory.Sequence(lambda n: n + 1000)
    sessions_planned = 4
    interval_days = 30
    least_days = 28
    passes_least = 2
    passes_most = 3
    zones = factory.LazyFunction(lambda: {"cheeks": ["0.50", "1.50"]})
    begun_at = NOON


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
    title = factory.LazyAttribute(lambda o: Step(o.step).label)
    asks = factory.LazyAttribute(lambda o: ASKS.get(o.step, "outcome"))
    about_results = factory.LazyAttribute(lambda o: o.asks in ("results", "outcome"))
    message = factory.SubFactory(MessageFactory, client=factory.SelfAttribute("..client"))


class CareVersionFactory(DjangoModelFactory):
    class Meta:
        model = CareVersion

    clinic = factory.SubFactory(ClinicFactory)
    number = factory.Sequence(lambda n: n + 1000)
    content = factory.LazyFunction(lambda: shipped()[1])
    fingerprint = factory.LazyAttribute(lambda o: fingerprint(o.content))
    begun_at = NOON


class EnrolmentFactory(DjangoModelFactory):
    class Meta:
        model = Enrolment

    session = factory.SubFactory(SessionFactory, ended_at=NOON)
    clinic = factory.SelfAttribute("session.clinic")
    client = factory.SelfAttribute("session.client")
    version = factory.SubFactory(
        CareVersionFactory, clinic=factory.SelfAttribute("..clinic"), shipped="an older default", published_at=NOON
    )
    anchored_at = factory.SelfAttribute("session.ended_at")
    enrolled_at = factory.SelfAttribute("session.ended_at")


class LayoutFactory(DjangoModelFactory):
    class Meta:
        model = Layout

    client = factory.SubFactory(ClientFactory)
    clinic = factory.SelfAttribute("client.clinic")
    zone = "Europe/London"
    opens = time(9)
    closes = time(18)


class ReplyDraftFactory(DjangoModelFactory):
    class Meta:
        model = ReplyDraft

    followup = factory.SubFactory(FollowupFactory)
    clinic = factory.SelfAttribute("followup.clinic")
    answers = factory.LazyFunction(dict)
    saved_at = NOON


class ReplyFactory(DjangoModelFactory):
    class Meta:
        model = Reply

    followup = factory.SubFactory(FollowupFactory)
    clinic = factory.SelfAttribute("followup.clinic")
    answers = factory.LazyFunction(dict)
    submitted_at = NOON


class ChangeFactory(DjangoModelFactory):
    class Meta:
        model = Change

    reply = factory.SubFactory(ReplyFactory)
    clinic = factory.SelfAttribute("reply.clinic")
    client = factory.SelfAttribute("reply.followup.client")
    session = factory.SelfAttribute("reply.followup.session")
    hundredths = 100
    submitted_at = factory.SelfAttribute("reply.submitted_at")


class AlertFactory(DjangoModelFactory):
    class Meta:
        model = Alert

    reply = factory.SubFactory(ReplyFactory)
    clinic = factory.SelfAttribute("reply.clinic")
    client = factory.SelfAttribute("reply.followup.client")
    urgency = "urgent"
    raised_at = NOON
    act_by = NOON + timedelta(hours=4)


class ConfirmationFactory(DjangoModelFactory):
    class Meta:
        model = Confirmation

    session = factory.SubFactory(SessionFactory)
    clinic = factory.SelfAttribute("session.clinic")
    client = factory.SelfAttribute("session.client")
    asked_at = NOON
