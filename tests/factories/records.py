"""What is written down with a session, its signature and its amendments."""

from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from tests.factories.practice import NOON
from tests.factories.products import LotFactory, ProductFactory
from tests.factories.treatments import SessionFactory
from treatments.models import (
    Amendment,
    AsAmended,
    Closing,
    LotTaken,
    NumbingCream,
    Serum,
    SessionDraft,
    SignedRecord,
    SkinSign,
)


class OfSession(DjangoModelFactory):
    class Meta:
        abstract = True

    session = factory.SubFactory(SessionFactory, ended_at=NOON)
    clinic = factory.SelfAttribute("session.clinic")


class NumbingCreamFactory(OfSession):
    class Meta:
        model = NumbingCream

    product = factory.SubFactory(ProductFactory, clinic=factory.SelfAttribute("..clinic"), kind="anaesthetic")
    grams = Decimal("5.0")
    area = "Cheeks"
    on_at = NOON


class SerumFactory(OfSession):
    class Meta:
        model = Serum

    product = factory.SubFactory(
        ProductFactory, clinic=factory.SelfAttribute("..clinic"), kind="serum", open_channels=True
    )
    open_channels = True


class LotTakenFactory(OfSession):
    class Meta:
        model = LotTaken

    lot = factory.SubFactory(LotFactory, product__clinic=factory.SelfAttribute("...clinic"))
    used = taken = 1


class SkinSignFactory(OfSession):
    class Meta:
        model = SkinSign

    sign = "erythema"
    degree = "mild"


class ClosingFactory(OfSession):
    class Meta:
        model = Closing


class SessionDraftFactory(OfSession):
    class Meta:
        model = SessionDraft

    session = factory.SubFactory(SessionFactory, state="in_progress")
    copy = factory.Sequence(lambda n: f"copy{n}")
    saved_at = NOON
    saved_by = factory.SelfAttribute("session.practitioner.user")


class SignedRecordFactory(OfSession):
    class Meta:
        model = SignedRecord

    signed_at = NOON
    signed_by = factory.SelfAttribute("session.practitioner.user")
    text = "{}"
    sha256 = "0" * 64


class AmendmentFactory(OfSession):
    class Meta:
        model = Amendment

    subject = "notes"
    before = "Calm"
    after = "Calm, a little red"
    reason = "Left out."
    amended_at = NOON
    amended_by = factory.SelfAttribute("session.practitioner.user")


class AsAmendedFactory(OfSession):
    class Meta:
        model = AsAmended

    ended_at = factory.SelfAttribute("session.ended_at")
    device = factory.SelfAttribute("session.device")
    cartridge_lot = factory.SelfAttribute("session.cartridge_lot")
