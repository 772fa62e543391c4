"""Products and lots."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from tests.factories.practice import ClinicFactory
from treatments.models import Lot, Product


class ProductFactory(DjangoModelFactory):
    class Meta:
        model = Product

    clinic = factory.SubFactory(ClinicFactory)
    name = factory.Sequence(lambda n: f"Cartridge {n}")
    maker = "Maker"
    kind = "cartridge"


class LotFactory(DjangoModelFactory):
    class Meta:
        model = Lot

    product = factory.SubFactory(ProductFactory)
    clinic = factory.SelfAttribute("product.clinic")
    number = factory.Sequence(lambda n: f"LOT-{n}")
    expires_on = date(2099, 12, 31)
    stock = 10
