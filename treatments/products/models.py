"""What a session is done with."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from portal.security.scope import ClinicManager
from portal.security.words import known_words
from treatments.products.terms import GREATEST_MM, LEAST_MM, DeviceKind

DEPTH_VALIDATORS = [MinValueValidator(LEAST_MM), MaxValueValidator(GREATEST_MM)]


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

    objects = DeviceManager()

    class Meta:
        ordering = ["name", "serial"]
        constraints = [
            models.UniqueConstraint(fields=["clinic", "serial"], name="device_serial_once_per_clinic"),
            known_words("kind", DeviceKind, "device_kind_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.serial})"
