"""What belongs to a session's chart, and what a device is authorised for."""

import factory
from factory.django import DjangoModelFactory

from tests.factories.practice import NOON
from tests.factories.treatments import DeviceFactory, SessionFactory
from treatments.models import AuthorisedZone, ChartPoint, OffLabelUse


class AuthorisedZoneFactory(DjangoModelFactory):
    class Meta:
        model = AuthorisedZone

    device = factory.SubFactory(DeviceFactory)
    clinic = factory.SelfAttribute("device.clinic")
    zone = "full_face"


class ChartPointFactory(DjangoModelFactory):
    class Meta:
        model = ChartPoint

    session = factory.SubFactory(SessionFactory)
    clinic = factory.SelfAttribute("session.clinic")
    number = 1
    zone = "cheeks"
    x = 380
    y = 480
    note = "A small mole"


class OffLabelUseFactory(DjangoModelFactory):
    class Meta:
        model = OffLabelUse

    session = factory.SubFactory(SessionFactory)
    clinic = factory.SelfAttribute("session.clinic")
    what = "Hands: the Pen is not authorised for this zone."
    told_by = factory.SelfAttribute("session.practitioner.user")
    told_at = NOON
