"""How deep each zone was needled, how often, and until what was seen."""

from typing import ClassVar

from django.db import models

from portal.security.scope import ClinicManager
from portal.security.words import known_words
from treatments.products.models import DEPTH_VALIDATORS, depth_within_limits
from treatments.products.terms import DEEP_MM, Zone
from treatments.sessions.models.sessions import Session
from treatments.sessions.terms import MOST_PASSES


class SessionZone(models.Model):
    """How deep one zone was needled."""

    clinic = models.ForeignKey("portal.Clinic", on_delete=models.PROTECT, related_name="+")
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="zones")
    zone = models.CharField(max_length=20, choices=Zone.choices)
    depth_mm = models.DecimalField("needle depth (mm)", max_digits=3, decimal_places=2, validators=DEPTH_VALIDATORS)
    reason = models.CharField("reason for more than 1.5 mm", max_length=300, blank=True)
    passes = models.PositiveSmallIntegerField(null=True, blank=True)
    endpoint = models.CharField("endpoint reached", max_length=300, blank=True, default="", db_default="")
    # The deepest that certificate and device allowed that day; what was done before this was written down has none.
    deepest_allowed_mm = models.DecimalField(max_digits=3, decimal_places=2, null=True, blank=True)

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
            models.CheckConstraint(
                condition=models.Q(deepest_allowed_mm=None) | models.Q(depth_mm__lte=models.F("deepest_allowed_mm")),
                name="session_depth_within_certificate_and_device",
            ),
            models.CheckConstraint(
                condition=models.Q(passes=None) | models.Q(passes__gte=1, passes__lte=MOST_PASSES),
                name="session_passes_are_few",
            ),
        ]

    def __str__(self) -> str:
        parts = [f"{self.get_zone_display()} {self.depth_mm} mm", self.passes_words, self.endpoint.rstrip(".")]
        return ", ".join(part for part in parts if part)

    @property
    def passes_words(self) -> str:
        """The passes as people say them: "2 passes"; "" when they are not written down."""
        return f"{self.passes} pass{'es' if self.passes > 1 else ''}" if self.passes else ""
