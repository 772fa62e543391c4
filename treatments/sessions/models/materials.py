"""What went on the skin: numbing creams and serums, with their lots."""

from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper

from portal.security.scope import ClinicManager
from treatments.sessions.guidance import in_grams
from treatments.sessions.models.sessions import Session
from treatments.sessions.terms import LEAST_GRAMS


class NumbingCream(models.Model):
    """One numbing cream: how much of it, where, from when to when, and whether it was taken off."""

    clinic = models.ForeignKey("portal.Clinic", on_delete=models.PROTECT, related_name="+")
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="creams")
    product = models.ForeignKey("treatments.Product", on_delete=models.PROTECT, related_name="+")
    strength = models.CharField(max_length=60, blank=True)
    grams = models.DecimalField(max_digits=5, decimal_places=1, validators=[MinValueValidator(LEAST_GRAMS)])
    # The product's maximum as it was then; None: it has none.
    most_grams = models.DecimalField(max_digits=5, decimal_places=1, null=True, blank=True)
    area = models.CharField("where it was put", max_length=120)
    on_at = models.DateTimeField("on")
    off_at = models.DateTimeField("off", null=True, blank=True)
    removed = models.BooleanField("removed completely", default=False)
    lot = models.ForeignKey("treatments.Lot", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    lot_number = models.CharField("lot number", max_length=60, blank=True)
    expires_on = models.DateField("expires", null=True, blank=True)

    objects: ClassVar[ClinicManager["NumbingCream"]] = ClinicManager()

    class Meta:
        verbose_name = "numbing cream"
        indexes = [models.Index("clinic", Upper("lot_number"), name="cream_by_lot_number")]
        constraints = [
            models.CheckConstraint(condition=models.Q(grams__gte=LEAST_GRAMS), name="cream_has_grams"),
            models.CheckConstraint(condition=~models.Q(area=""), name="cream_says_where"),
            models.CheckConstraint(
                condition=models.Q(off_at=None) | models.Q(off_at__gt=models.F("on_at")), name="cream_off_after_on"
            ),
            models.CheckConstraint(
                condition=models.Q(removed=False) | models.Q(off_at__isnull=False), name="cream_removed_has_a_time"
            ),
            models.CheckConstraint(
                condition=models.Q(lot=None) | ~models.Q(lot_number=""), name="cream_lot_has_a_number"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product.name}, {in_grams(self.grams)}"


class Serum(models.Model):
    """One serum or gel that went on the open channels."""

    clinic = models.ForeignKey("portal.Clinic", on_delete=models.PROTECT, related_name="+")
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="serums")
    product = models.ForeignKey("treatments.Product", on_delete=models.PROTECT, related_name="+")
    # Whether the product was marked for that then; without it there is a reason.
    open_channels = models.BooleanField("for use on open channels")
    reason = models.CharField("why this one", max_length=300, blank=True)
    lot = models.ForeignKey("treatments.Lot", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    lot_number = models.CharField("lot number", max_length=60, blank=True)
    expires_on = models.DateField("expires", null=True, blank=True)

    objects: ClassVar[ClinicManager["Serum"]] = ClinicManager()

    class Meta:
        indexes = [models.Index("clinic", Upper("lot_number"), name="serum_by_lot_number")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(open_channels=True) | ~models.Q(reason=""),
                name="serum_not_for_open_channels_has_a_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(lot=None) | ~models.Q(lot_number=""), name="serum_lot_has_a_number"
            ),
        ]

    def __str__(self) -> str:
        return self.product.name


class LotTaken(models.Model):
    """What a session took off the shelf of one lot: an account of the stock, not of the record."""

    clinic = models.ForeignKey("portal.Clinic", on_delete=models.PROTECT, related_name="+")
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="lots_taken", db_index=False)
    lot = models.ForeignKey("treatments.Lot", on_delete=models.PROTECT, related_name="+")
    used = models.PositiveSmallIntegerField()
    taken = models.PositiveSmallIntegerField()  # fewer than were used where the count said that fewer were left

    objects: ClassVar[ClinicManager["LotTaken"]] = ClinicManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "lot"], name="lot_taken_once_per_session"),
            models.CheckConstraint(
                condition=Q(used__gte=1, taken__lte=F("used")), name="lot_taken_is_no_more_than_used"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.used} of {self.lot}"
