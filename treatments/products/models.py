"""What a session is done with."""

from datetime import date, timedelta
from decimal import Decimal
from functools import reduce
from operator import add
from typing import ClassVar, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Least, Length, Mod, StrIndex, Substr, Upper
from django.db.models.lookups import Exact, GreaterThan

from portal.security.scope import ClinicManager
from portal.security.words import known_words
from treatments.products.guidance import Authorised, AuthorisedFor
from treatments.products.terms import (
    COUNTED_BY_USE,
    GREATEST_MM,
    LEAST_MM,
    SKIN_TYPES,
    USED_ON_SKIN,
    Counting,
    DeviceKind,
    LotState,
    ProductKind,
    Zone,
)

DEPTH_VALIDATORS = [MinValueValidator(LEAST_MM), MaxValueValidator(GREATEST_MM)]
AGES = [MinValueValidator(18), MaxValueValidator(120)]


def depth_within_limits(name: str, field: str = "depth_mm") -> models.CheckConstraint:
    """The database refuses a depth below 0.2 mm or above 2.5 mm. Source: docs/clinical.md sections 0 and 2a."""
    limits = {f"{field}__gte": LEAST_MM, f"{field}__lte": GREATEST_MM}
    return models.CheckConstraint(condition=models.Q(**limits), name=name)


class DeviceQuerySet(models.QuerySet["Device"]):
    """What can be asked of devices."""

    def in_use(self) -> "DeviceQuerySet":
        """Devices that have not been retired."""
        return self.filter(retired_on=None)


DeviceManager = ClinicManager.from_queryset(DeviceQuerySet)


class Device(models.Model):
    """One handpiece, by its serial number."""

    clinic = models.ForeignKey("portal.Clinic", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    maker = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=12, choices=DeviceKind.choices, default=DeviceKind.MECHANICAL)
    serial = models.CharField("serial number", max_length=80)
    retired_on = models.DateField("retired", null=True, blank=True)
    # How deep it goes, or its maker lets it go: deeper is refused. What it is authorised for is another matter.
    max_depth_mm = models.DecimalField(
        "deepest setting (mm)", max_digits=3, decimal_places=2, null=True, blank=True, validators=DEPTH_VALIDATORS
    )
    # What it is authorised for: these ages, and the zones of AuthorisedZone. Null where it is not said.
    least_age = models.PositiveSmallIntegerField("from the age of", null=True, blank=True, validators=AGES)
    greatest_age = models.PositiveSmallIntegerField("to the age of", null=True, blank=True, validators=AGES)
    authorised_source = models.CharField("where that is written", max_length=300, blank=True, default="", db_default="")

    objects = DeviceManager()

    class Meta:
        ordering = ["name", "serial"]
        constraints = [
            models.UniqueConstraint(fields=["clinic", "serial"], name="device_serial_once_per_clinic"),
            known_words("kind", DeviceKind, "device_kind_is_known"),
            depth_within_limits("device_depth_within_limits", "max_depth_mm"),
            models.CheckConstraint(
                condition=Q(least_age=None, greatest_age=None) | ~Q(authorised_source=""),
                name="device_ages_say_where_from",
            ),
            models.CheckConstraint(
                condition=(Q(least_age=None) | Q(least_age__gte=18, least_age__lte=120))
                & (Q(greatest_age=None) | Q(greatest_age__gte=18, greatest_age__lte=120))
                & (Q(least_age=None) | Q(greatest_age=None) | Q(least_age__lte=models.F("greatest_age"))),
                name="device_ages_are_a_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.serial})"

    @property
    def authorised(self) -> Authorised:
        """What it is authorised for, as the rules ask for it."""
        zones = {row.zone: AuthorisedFor(row.deepest_mm, row.skin_from, row.skin_to) for row in self.zones.all()}
        return Authorised(self.name, self.least_age, self.greatest_age, zones)


class AuthorisedZone(models.Model):
    """One zone that a device is authorised for: how deep there, and for which skin types; null where it is not said."""

    clinic = models.ForeignKey("portal.Clinic", on_delete=models.PROTECT, related_name="+")
    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="zones")
    zone = models.CharField(max_length=20, choices=Zone.choices)
    deepest_mm = models.DecimalField(
        "deepest (mm)", max_digits=3, decimal_places=2, null=True, blank=True, validators=DEPTH_VALIDATORS
    )
    skin_from = models.PositiveSmallIntegerField("skin types, from", null=True, blank=True)  # 1 to 6, as Fitzpatrick
    skin_to = models.PositiveSmallIntegerField("skin types, to", null=True, blank=True)

    objects: ClassVar[ClinicManager["AuthorisedZone"]] = ClinicManager()

    class Meta:
        verbose_name = "authorised zone"
        constraints = [
            models.UniqueConstraint(fields=["device", "zone"], name="authorised_zone_once_per_device"),
            known_words("zone", Zone, "authorised_zone_is_known"),
            depth_within_limits("authorised_depth_within_limits", "deepest_mm"),
            models.CheckConstraint(
                condition=Q(skin_from=None, skin_to=None)
                | Q(skin_from__isnull=False, skin_to__isnull=False)
                & Q(skin_from__gte=1, skin_to__lte=len(SKIN_TYPES), skin_from__lte=models.F("skin_to")),
                name="authorised_skin_types_are_a_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.device.name}: {self.get_zone_display()}"


GTIN_DIGITS = 14


def gtin_checks(name: str) -> models.CheckConstraint:
    """The database refuses a GTIN that is not 14 digits, or whose last digit does not check the others."""
    # Where a character stands among the digits: 1 to 10, and 0 when it is none. Casting would fail on letters.
    digits = [StrIndex(models.Value("0123456789"), Substr("gtin", place, 1)) for place in range(1, GTIN_DIGITS + 1)]
    weighed = [(digit - 1) * models.Value(1 if place % 2 else 3) for place, digit in enumerate(digits)]
    all_digits = GreaterThan(Least(*digits), 0)
    holds = Exact(Mod(reduce(add, weighed), models.Value(10)), 0)
    return models.CheckConstraint(
        condition=Q(gtin="") | (Q(Exact(Length("gtin"), GTIN_DIGITS)) & Q(all_digits) & Q(holds)), name=name
    )


class ProductQuerySet(models.QuerySet["Product"]):
    """What can be asked of products."""

    def in_use(self) -> Self:
        """Products that are still bought."""
        return self.filter(retired_on=None)

    def running_low(self, on: date) -> Self:
        """Products in use of which no more is left than they say, with `left`; those that never had a lot left out."""
        good = Q(lots__state=LotState.OPEN) & (Q(lots__expires_on=None) | Q(lots__expires_on__gte=on))
        counted = self.in_use().filter(lots__isnull=False)
        counted = counted.annotate(left=models.Sum("lots__stock", filter=good, default=0))
        return counted.filter(left__lte=models.F("low_stock")).order_by("name", "id")


ProductManager = ClinicManager.from_queryset(ProductQuerySet)


class Product(models.Model):
    """What a clinic buys and uses up: cartridges, numbing cream, serums, parts."""

    clinic = models.ForeignKey("portal.Clinic", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    maker = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=ProductKind.choices)
    gtin = models.CharField("GTIN", max_length=14, blank=True)
    max_grams = models.DecimalField(
        "most grams for one treatment",
        max_digits=5,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.1"))],
    )
    open_channels = models.BooleanField("for use on open channels", default=False)
    counting = models.CharField(
        "how its stock is counted", max_length=4, choices=Counting.choices, blank=True, default="", db_default=""
    )
    low_stock = models.PositiveSmallIntegerField("tell me when this many are left", default=5)
    retired_on = models.DateField("no longer used", null=True, blank=True)

    objects = ProductManager()

    class Meta:
        ordering = ["name", "maker"]
        constraints = [
            known_words("kind", ProductKind, "product_kind_is_known"),
            models.UniqueConstraint(
                fields=["clinic", "gtin"], condition=~Q(gtin=""), name="product_gtin_once_per_clinic"
            ),
            models.UniqueConstraint(
                "clinic", Upper("name"), Upper("maker"), name="product_name_and_maker_once_per_clinic"
            ),
            gtin_checks("product_gtin_checks"),
            models.CheckConstraint(
                condition=Q(max_grams=None) | Q(kind=ProductKind.ANAESTHETIC, max_grams__gt=0),
                name="product_grams_are_for_anaesthetics",
            ),
            models.CheckConstraint(
                condition=Q(open_channels=False) | Q(kind=ProductKind.SERUM),
                name="product_open_channels_are_for_serums",
            ),
            known_words("counting", Counting, "product_counting_is_known", or_empty=True),
            models.CheckConstraint(
                condition=~Q(counting=Counting.BY_HAND) | ~Q(kind=ProductKind.CARTRIDGE),
                name="product_cartridges_are_counted_by_use",
            ),
            models.CheckConstraint(
                condition=~Q(counting=Counting.BY_USE) | Q(kind__in=USED_ON_SKIN),
                name="product_counted_by_use_is_used_on_skin",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.maker})"

    @property
    def counted_by_use(self) -> bool:
        """Whether a session takes one off the shelf for each use; else its lots are counted by hand alone."""
        return self.counting == Counting.BY_USE if self.counting else self.kind in COUNTED_BY_USE


class LotQuerySet(models.QuerySet["Lot"]):
    """What can be asked of lots."""

    def open(self) -> Self:
        """Lots that may be used, as far as their state says."""
        return self.filter(state=LotState.OPEN)

    def numbered(self, number: str) -> Self:
        """Lots with this number, in capitals or not."""
        return self.annotate(capitals=Upper("number")).filter(capitals=number.strip().upper())

    def cartridges(self) -> Self:
        """Lots of needle cartridges."""
        return self.filter(product__kind=ProductKind.CARTRIDGE)

    def expiring(self, on: date, *, within: timedelta) -> Self:
        """Open lots with something left that have expired, or will within that time."""
        return self.open().filter(expires_on__lte=on + within, stock__gt=0)

    def held(self, pk: int) -> "Lot":
        """The row as it is now, held until the transaction ends."""
        return self.select_for_update(of=("self",), no_key=True).select_related("product").get(pk=pk)


LotManager = ClinicManager.from_queryset(LotQuerySet)


class Lot(models.Model):
    """One delivery of a product with the maker's number: until when it is good, and how many are left."""

    clinic = models.ForeignKey("portal.Clinic", on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="lots")
    number = models.CharField("lot number", max_length=60)
    expires_on = models.DateField("expires", null=True, blank=True)
    stock = models.PositiveIntegerField("how many are left", default=0, validators=[MaxValueValidator(100_000)])
    state = models.CharField(max_length=12, choices=LotState.choices, default=LotState.OPEN)
    quarantined_at = models.DateTimeField("quarantined", null=True, blank=True)
    quarantined_by = models.ForeignKey("portal.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    quarantine_reason = models.CharField("why it is quarantined", max_length=300, blank=True)
    notes = models.TextField(blank=True)

    objects = LotManager()

    class Meta:
        ordering = ["product__name", "expires_on", "number"]
        indexes = [
            models.Index("clinic", Upper("number"), name="lot_by_number"),
            models.Index(fields=["clinic", "state", "expires_on"], name="lot_by_expiry"),
        ]
        constraints = [
            known_words("state", LotState, "lot_state_is_known"),
            models.UniqueConstraint("product", Upper("number"), name="lot_number_once_per_product"),
            models.CheckConstraint(condition=~Q(number=""), name="lot_has_a_number"),
            models.CheckConstraint(
                condition=Q(state=LotState.QUARANTINED, quarantined_at__isnull=False, quarantined_by__isnull=False)
                & ~Q(quarantine_reason="")
                | ~Q(state=LotState.QUARANTINED) & Q(quarantined_at=None, quarantined_by=None, quarantine_reason=""),
                name="lot_quarantined_says_when_who_and_why",
            ),
            models.CheckConstraint(
                condition=~Q(state=LotState.FINISHED) | Q(stock=0), name="lot_finished_has_none_left"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product.name}, lot {self.number}"
