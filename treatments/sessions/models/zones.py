"""How deep each zone was needled."""

from typing import ClassVar

from django.db import models

from portal.security.scope import ClinicManager
from portal.security.words import known_words
from treatments.products.models import DEPTH_VALIDATORS, depth_within_limits
from treatments.products.terms import DEEP_MM, Zone
from treatments.sessions.models.sessions import Session


class SessionZone(models.Model):
    """How deep one zone was needled."""

    clinic = models.ForeignKey("portal.Clinic", on_delete=models.PROTECT, related_name="+")
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="zones")
    zone = models.CharField(max_length=20, choices=Zone.choices)
    depth_mm = models.DecimalField("needle depth (mm)", max_digits=3, decimal_places=2, validators=DEPTH_VALIDATORS)
    reason = models.CharField("reason for more than 1.5 mm", max_length=300, blank=True)

    objects: ClassVar[ClinicManager["SessionZone"]] = ClinicManager()

    class Meta:
        verbose_name = "zone"
        constraints = [
            models.UniqueConstraint(fields=["session", "zone"], name="session_zone_once"),
            known_words("zone", Zone, "session_zone_is_known"),
            depth_within_limits("session_depth_within_limits"),
            models.CheckConstraint(
                condition=models.Q(depth_mm__lte=DEEP_MM) | ~models.Q(reason=""),
                name="session_deep_zone_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_zone_display()} {self.depth_mm} mm"
